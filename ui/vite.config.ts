import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The back end during development: the mock server, or a Spinel with SPINEL_DASHBOARD=http://127.0.0.1:8080.
const backEnd = process.env.SPINEL_DASHBOARD ?? 'http://127.0.0.1:8090';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    // The content security policy allows nothing inline, so that assets stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: backEnd, ws: true },
      '/metrics': backEnd,
      '/healthz': backEnd,
    },
  },
  test: {
    // Logic needs no document; tests of components ask for one with @vitest-environment jsdom.
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
});
