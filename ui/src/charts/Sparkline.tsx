import { useEffect, useRef } from 'react';
import { themeColor, useTheme } from '@/lib/theme';
import { live } from './live';
import { lowerBound } from './scale';

/** The last minutes of one series, without axes; drawn once a second. */
export function Sparkline({ name, color = 1, seconds = 120, max, className }: { name: string; color?: number; seconds?: number; max?: number; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { theme } = useTheme();
  useEffect(() => {
    const draw = () => {
      const element = canvas.current;
      const context = element?.getContext('2d');
      if (!element || !context) return;
      const ratio = window.devicePixelRatio || 1;
      const { clientWidth: width, clientHeight: height } = element;
      if (element.width !== width * ratio || element.height !== height * ratio) {
        element.width = width * ratio;
        element.height = height * ratio;
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const times = live.ring.times();
      const values = live.ring.values(name);
      const end = live.ring.lastTime;
      const from = Math.max(0, lowerBound(times, end - seconds) - 1);
      let low = Infinity;
      let high = -Infinity;
      for (let i = from; i < values.length; i++) {
        if (values[i]! < low) low = values[i]!;
        if (values[i]! > high) high = values[i]!;
      }
      if (high === -Infinity) return;
      const top = Math.max(max ?? high, high) || 1;
      const bottom = Math.max(0, Math.min(low, top - (high - low) * 1.5));
      const toX = (i: number) => width - ((end - times[i]!) / seconds) * width;
      const toY = (value: number) => height - 2 - ((value - bottom) / (top - bottom || 1)) * (height - 5);
      const ink = themeColor(`chart-${color}`);
      context.beginPath();
      let isDown = false;
      let first = from;
      for (let i = from; i < values.length; i++) {
        if (Number.isNaN(values[i]!)) {
          isDown = false;
        } else if (isDown) {
          context.lineTo(toX(i), toY(values[i]!));
        } else {
          context.moveTo(toX(i), toY(values[i]!));
          isDown = true;
          first = i;
        }
      }
      context.strokeStyle = ink;
      context.lineWidth = 1.5;
      context.lineJoin = 'round';
      context.stroke();
      context.lineTo(width, height);
      context.lineTo(toX(first), height);
      context.globalAlpha = 0.13;
      context.fillStyle = ink;
      context.fill();
      context.globalAlpha = 1;
    };
    draw();
    const stop = live.subscribe(draw);
    const resize = new ResizeObserver(draw);
    if (canvas.current) resize.observe(canvas.current);
    return () => {
      stop();
      resize.disconnect();
    };
  }, [name, color, seconds, max, theme]);
  return <canvas ref={canvas} aria-hidden className={className} />;
}
