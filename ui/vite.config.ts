import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The back end during development: the mock server, or a Spinel with SPINEL_DASHBOARD=http://127.0.0.1:8080.
const backEnd = process.env.SPINEL_DASHBOARD ?? 'http://127.0.0.1:8090';

/** Writes licences.txt: the terms of every package that ends up in the bundle, fonts included. */
function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const roots = new Set<string>();
      for (const id of [...this.getModuleIds(), ...['inter', 'jetbrains-mono'].map((font) => `${import.meta.dirname}/node_modules/@fontsource-variable/${font}/index.css`)]) {
        const root = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))?.[0];
        if (root !== undefined && existsSync(join(root, 'package.json'))) roots.add(root);
      }
      const texts = [...roots].sort().map((root) => {
        const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; version: string; license?: string };
        const file = readdirSync(root).find((name) => /^licen[cs]e/i.test(name));
        return `${about.name} ${about.version} (${about.license ?? 'see below'})\n\n${file === undefined ? '' : readFileSync(join(root, file), 'utf8').trim()}\n`;
      });
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), licences()],
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
