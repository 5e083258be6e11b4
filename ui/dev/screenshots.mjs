/*
 * Pictures of every page in dark and light, wide and narrow:
 *   node dev/screenshots.mjs [--url http://127.0.0.1:8090] [--out ../artifacts/screenshots] [--only overview,activity] [--themes dark,light] [--widths 1280,390]
 */
import { existsSync, mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const argument = (name, fallback) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
const url = argument('url', 'http://127.0.0.1:8090');
const out = argument('out', '../artifacts/screenshots');
const only = argument('only', null)?.split(',');
const themes = argument('themes', 'dark,light').split(',');
const widths = argument('widths', '1280,390').split(',').map(Number);
const full = process.argv.includes('--full');
const pages = {
  overview: '/', latency: '/activity/latency', slowlog: '/activity/slowlog', profiler: '/activity/profiler', clients: '/activity/clients', pubsub: '/activity/pubsub', hot: '/hotspots', big: '/hotspots/big',
  keys: '/keys', terminal: '/terminal', persistence: '/persistence', configuration: '/configuration',
};

mkdirSync(out, { recursive: true });
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const theme of themes) {
  for (const width of widths) {
    const page = await browser.newPage({ viewport: { width, height: width < 600 ? 844 : 860 }, colorScheme: theme, deviceScaleFactor: width < 600 ? 2 : 1 });
    page.on('console', (message) => message.type() === 'error' && console.log(`${message.text()}`));
    page.on('pageerror', (error) => console.log(`page error: ${error.message}`));
    for (const [name, path] of Object.entries(pages)) {
      if (only && !only.includes(name)) continue;
      await page.goto(url + path);
      await page.waitForTimeout(2600);
      await page.screenshot({ path: `${out}/${name}-${theme}-${width}.png`, fullPage: false });
      if (full) {
        const height = await page.evaluate(() => document.querySelector('#main')?.scrollHeight ?? 0);
        await page.setViewportSize({ width, height: height + 120 });
        await page.waitForTimeout(400);
        await page.screenshot({ path: `${out}/${name}-${theme}-${width}-full.png` });
        await page.setViewportSize({ width, height: width < 600 ? 844 : 860 });
      }
    }
    await page.close();
  }
}
await browser.close();
