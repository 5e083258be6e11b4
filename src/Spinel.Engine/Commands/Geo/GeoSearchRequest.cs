using Spinel.DataStructures;
using Spinel.Engine.Dispatch;

namespace Spinel.Engine.Commands.Geo;

/// <summary>The forms that a search is asked for in.</summary>
internal enum GeoSearchForm : byte
{
    /// <summary>GEORADIUS: a point and a radius.</summary>
    Radius,

    /// <summary>GEORADIUSBYMEMBER: a member and a radius.</summary>
    RadiusByMember,

    /// <summary>GEOSEARCH.</summary>
    Search,

    /// <summary>GEOSEARCHSTORE.</summary>
    SearchStore,
}

/// <summary>The order of results.</summary>
internal enum GeoOrder : byte
{
    /// <summary>As they are found.</summary>
    None,

    /// <summary>The nearest first.</summary>
    NearestFirst,

    /// <summary>The farthest first.</summary>
    FarthestFirst,
}

/// <summary>What a search is to find and how it answers: the arguments of all commands that search.</summary>
internal struct GeoSearchRequest
{
    private const int LeastCorners = 3;

    private readonly GeoSearchForm _form;
    private readonly bool _mayStore;
    private bool _hasCentre;
    private bool _isFromMember;
    private bool _hasCircle;
    private bool _hasBox;
    private GeoPoint[]? _corners;
    private GeoPoint _centre;
    private double _width;
    private double _height;

    private GeoSearchRequest(GeoSearchForm form, bool mayStore)
    {
        _form = form;
        _mayStore = mayStore;
        StoreKeyIndex = form == GeoSearchForm.SearchStore ? 1 : 0;
    }

    /// <summary>Metres in the unit of the sizes given and the distances returned.</summary>
    public double Unit { get; private set; }

    /// <summary>Most results; 0 for all.</summary>
    public long Count { get; private set; }

    /// <summary>Any that are found first will do.</summary>
    public bool Any { get; private set; }

    public GeoOrder Order { get; private set; }

    public bool WithDistance { get; private set; }

    public bool WithHash { get; private set; }

    public bool WithPoint { get; private set; }

    /// <summary>The argument that names the key to store the result under; 0 when it is returned.</summary>
    public int StoreKeyIndex { get; private set; }

    /// <summary>Whether distances are stored as scores instead of geohashes.</summary>
    public bool StoreDistances { get; private set; }

    public readonly bool IsNewForm => _form is GeoSearchForm.Search or GeoSearchForm.SearchStore;

    public readonly bool IsPolygon => _corners is not null;

    /// <summary>Where to search.</summary>
    public readonly GeoShape Shape => _corners is not null ? GeoShape.Polygon(_corners) : _hasBox
        ? GeoShape.Box(_centre, _width * Unit, _height * Unit)
        : GeoShape.Circle(_centre, _width * Unit);

    /// <summary>Reads the arguments; replies with an error and returns false when they are not valid. A source key that is missing is null.</summary>
    public static bool TryRead(ref CommandContext c, KeyBlock source, GeoSearchForm form, bool mayStore, out GeoSearchRequest request)
    {
        request = new GeoSearchRequest(form, mayStore);
        return request.TryReadFixed(ref c, source, out int first) && request.TryReadOptions(ref c, source, first) && request.TryComplete(ref c);
    }

    /// <summary>The centre and radius in the places that the older commands have for them.</summary>
    private bool TryReadFixed(ref CommandContext c, KeyBlock source, out int first)
    {
        switch (_form)
        {
            case GeoSearchForm.Radius:
                first = 6;
                return GeoArguments.TryReadPoint(ref c, 2, out _centre) && TryReadCircle(ref c, 4);
            case GeoSearchForm.RadiusByMember:
                // Without a source, Redis leaves the radius unread.
                first = 5;
                return source.IsNull || (TryReadMember(ref c, source, 2) && TryReadCircle(ref c, 3));
            default:
                first = _form == GeoSearchForm.SearchStore ? 3 : 2;
                return true;
        }
    }

    private bool TryReadOptions(ref CommandContext c, KeyBlock source, int first)
    {
        for (int i = first; i < c.Count; i++)
        {
            int left = c.Count - i - 1;
            if (TryReadFlag(in c, i))
            {
                continue;
            }

            if (left >= 1 && c.Is(i, "COUNT"u8))
            {
                if (!TryReadCount(ref c, ++i))
                {
                    return false;
                }
            }
            else if (left >= 1 && _mayStore && !IsNewForm && (c.Is(i, "STORE"u8) || c.Is(i, "STOREDIST"u8)))
            {
                StoreDistances = c.Is(i, "STOREDIST"u8);
                StoreKeyIndex = ++i;
            }
            else if (IsNewForm && _form == GeoSearchForm.SearchStore && c.Is(i, "STOREDIST"u8))
            {
                StoreDistances = true;
            }
            else if (!IsNewForm || !TryReadShape(ref c, source, ref i, left))
            {
                if (!c.Failed)
                {
                    c.Error(Errors.Syntax);
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>Reads FROMMEMBER, FROMLONLAT, BYRADIUS, BYBOX or BYPOLYGON; false when there is none of them, or after an error.</summary>
    private bool TryReadShape(ref CommandContext c, KeyBlock source, ref int i, int left)
    {
        int at = i + 1;
        if (_corners is not null)
        {
            return false;
        }

        if (left >= 1 && !_hasCentre && !_hasCircle && !_hasBox && c.Is(i, "BYPOLYGON"u8))
        {
            return TryReadPolygon(ref c, ref i, left);
        }

        if (left >= 1 && !(_hasCentre && !_isFromMember) && c.Is(i, "FROMMEMBER"u8))
        {
            i++;
            _hasCentre = true;
            _isFromMember = true;
            return source.IsNull || TryReadMember(ref c, source, at);
        }

        if (left >= 2 && !_isFromMember && c.Is(i, "FROMLONLAT"u8))
        {
            i += 2;
            _hasCentre = true;
            return GeoArguments.TryReadPoint(ref c, at, out _centre);
        }

        if (left >= 2 && !_hasBox && c.Is(i, "BYRADIUS"u8))
        {
            i += 2;
            _hasCircle = true;
            return TryReadCircle(ref c, at);
        }

        if (left >= 3 && !_hasCircle && c.Is(i, "BYBOX"u8))
        {
            i += 3;
            _hasBox = true;
            bool isValid = GeoArguments.TryReadBox(ref c, at, out _width, out _height, out double unit);
            Unit = unit;
            return isValid;
        }

        return false;
    }

    /// <summary>A polygon has its own middle, and distances of it are in metres: https://valkey.io/commands/geosearch/.</summary>
    private bool TryReadPolygon(ref CommandContext c, ref int i, int left)
    {
        if (!Protocol.Int64Text.TryParse(c[i + 1], out long count))
        {
            c.Error(Errors.InvalidCornerCount);
            return false;
        }

        if (count < LeastCorners || count > (left - 1) / 2)
        {
            c.Error(Errors.TooFewCorners);
            return false;
        }

        _corners = new GeoPoint[count];
        Unit = 1;
        int first = i + 2;
        for (int corner = 0; corner < _corners.Length; corner++)
        {
            if (!GeoArguments.TryReadPoint(ref c, first + (2 * corner), out _corners[corner]))
            {
                return false;
            }
        }

        i = first + (2 * _corners.Length) - 1;
        return true;
    }

    private bool TryReadFlag(in CommandContext c, int index)
    {
        if (c.Is(index, "WITHDIST"u8))
        {
            WithDistance = true;
        }
        else if (c.Is(index, "WITHHASH"u8))
        {
            WithHash = true;
        }
        else if (c.Is(index, "WITHCOORD"u8))
        {
            WithPoint = true;
        }
        else if (c.Is(index, "ANY"u8))
        {
            Any = true;
        }
        else if (c.Is(index, "ASC"u8))
        {
            Order = GeoOrder.NearestFirst;
        }
        else if (c.Is(index, "DESC"u8))
        {
            Order = GeoOrder.FarthestFirst;
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool TryReadCount(ref CommandContext c, int index)
    {
        if (!c.TryInteger(index, out long count))
        {
            return false;
        }

        Count = count;
        if (count > 0)
        {
            return true;
        }

        c.Error(Errors.CountNotAboveZero);
        return false;
    }

    private bool TryReadMember(ref CommandContext c, KeyBlock source, int index)
    {
        if (GeoArguments.TryGetPoint(source, c[index], out _centre))
        {
            return true;
        }

        c.Error(Errors.MemberWithoutPoint);
        return false;
    }

    private bool TryReadCircle(ref CommandContext c, int index)
    {
        bool isValid = GeoArguments.TryReadRadius(ref c, index, out _width, out double unit);
        Unit = unit;
        return isValid;
    }

    /// <summary>Checks what must be there together, or not.</summary>
    private bool TryComplete(ref CommandContext c)
    {
        if (StoreKeyIndex > 0 && (WithDistance || WithHash || WithPoint))
        {
            c.Error(IsNewForm ? Errors.GeoSearchStoreOptions : Errors.GeoRadiusStoreOptions);
        }
        else if (IsNewForm && !_hasCentre && _corners is null)
        {
            c.Error(Errors.CentreMissing(c[0]));
        }
        else if (IsNewForm && !(_hasCircle || _hasBox) && _corners is null)
        {
            c.Error(Errors.ShapeMissing(c[0]));
        }
        else if (Any && Count == 0)
        {
            c.Error(Errors.AnyWithoutCount);
        }

        // The first few of unsorted results would be any, and that has to be asked for.
        if (Count > 0 && Order == GeoOrder.None && !Any)
        {
            Order = GeoOrder.NearestFirst;
        }

        return !c.Failed;
    }
}
