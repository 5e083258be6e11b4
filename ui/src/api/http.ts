/** The HTTP half of the interface: everything that is not a command or a topic. */

export class HttpError extends Error {
  override name = 'HttpError';
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>(path, signal ? { signal } : {});
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  return request<T>(path, {
    method: 'POST',
    // The header that no foreign page can send without being asked: half of the guard against forged requests.
    headers: { 'Content-Type': 'application/json', 'X-Spinel': '1' },
    body: JSON.stringify(body),
  });
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, { credentials: 'same-origin', ...init });
  const text = await response.text();
  if (!response.ok) {
    let message = `${response.status} ${response.statusText}`;
    try {
      message = (JSON.parse(text) as { error?: string }).error ?? message;
    } catch {
      // Not from our server (a proxy's page); the status says enough.
    }
    const retryAfter = response.headers.get('Retry-After');
    throw new HttpError(response.status, message, retryAfter === null ? null : Number(retryAfter));
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
