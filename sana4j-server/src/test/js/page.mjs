// Uses the page in a browser like a person; prints its observations as JSON and writes screenshots.
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [address, executablePath, folder, image, prompt, flow] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en', colorScheme: 'light' });
const page = await context.newPage();
const problems = [];
page.setDefaultTimeout(Number(process.env.SANA4J_PATIENCE ?? 20_000));
page.on('pageerror', (error) => problems.push(String(error)));
page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
mkdirSync(folder, { recursive: true });

const shot = (name) => page.screenshot({ path: `${folder}/${name}.png` });
const images = () => page.locator('#tiles img[width]');
const posted = () => page.waitForRequest((request) => request.method() === 'POST');
const act = (name) => page.locator(`#actions [data-action=${name}]`).click();

async function made(count) {
  await page.waitForFunction((n) => document.querySelectorAll('#tiles img[width]').length === n, count);
  await page.locator('.work').waitFor({ state: 'detached' });
}

async function type(text) {
  await page.fill('#prompt', text);
  const request = posted();
  await page.press('#prompt', 'Enter');
  return (await request).postDataJSON();
}

const flows = {
  async generate() {
    const focused = await page.evaluate(() => document.activeElement.id);
    const request = await type(prompt);
    await made(1);
    await shot('generated');
    return { focused, request, alt: await images().first().getAttribute('alt') };
  },

  async watch() {
    await page.click('#more summary');
    await page.fill('#count', '2');
    await page.fill('#steps', '50');
    await type(`slow ${prompt}`);
    await page.locator('.pending img').first().waitFor();
    await page.locator('.work progress[value]').waitFor();
    const words = await page.locator('.work span').textContent();
    await shot('working');
    await page.locator('.work button').click();
    await page.locator('.work.failed').waitFor();
    return { words, after: await page.locator('.work span').textContent(), places: await page.locator('.tile').count() };
  },

  async inpaint() {
    await page.setInputFiles('#file', { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(image, 'base64') });
    const canvas = page.locator('#canvas');
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    await shot('painted');
    const request = await type(prompt);
    await made(1);
    await images().first().click();
    const task = await page.locator('#facts').textContent();
    return { image: request.image, mask: request.mask, sized: 'width' in request, task };
  },

  async gallery() {
    await type(prompt);
    await made(1);
    await images().first().click();
    await page.locator('#lightbox[open]').waitFor();
    await shot('lightbox');
    const download = page.waitForEvent('download');
    await act('download');
    const name = (await download).suggestedFilename();
    const again = posted();
    await act('again');
    const fresh = (await again).postDataJSON();
    await made(2);
    await images().first().click();
    const variations = posted();
    await act('variations');
    const varied = (await variations).postDataJSON();
    await made(6);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('#tiles img[width]').length === 6);
    await images().first().click();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Escape');
    await page.locator('#lightbox').waitFor({ state: 'hidden' });
    return { name, again: 'seed' in fresh, varied: { count: varied.count, image: varied.image.slice(0, 22) } };
  },

  async languages() {
    await page.click('#language');
    await page.click('#theme');
    await type(prompt);
    await made(1);
    await shot('chinese-dark');
    await page.reload();
    const seen = await page.evaluate(() => ({
      button: document.querySelector('#generate').textContent,
      language: document.documentElement.lang,
      theme: document.documentElement.dataset.theme,
      unnamed: [...document.querySelectorAll('button, input, textarea, select, canvas')]
        .filter((node) => !node.labels?.length && !node.ariaLabel && !node.textContent.trim() && !node.querySelector('img')?.alt).map((node) => node.id),
    }));
    return seen;
  },

  async narrow() {
    await page.setViewportSize({ width: 360, height: 740 });
    await type(prompt);
    await made(1);
    await page.screenshot({ path: `${folder}/narrow.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    await images().first().click();
    await shot('narrow-lightbox');
    return { wide };
  },

  async key() {
    await page.locator('#key-dialog[open]').waitFor();
    await page.fill('#key', 'wrong');
    await page.press('#key', 'Enter');
    await page.getByText('This key is invalid').waitFor();
    await shot('key');
    await page.fill('#key', 'secret');
    await page.press('#key', 'Enter');
    await page.locator('#sizes .chip').first().waitFor();
    await type(prompt);
    await made(1);
    problems.length = 0; // the browser reports 401 itself
    return { kept: await page.evaluate(() => localStorage.length + sessionStorage.length) };
  },
};

try {
  await page.goto(address);
  if (flow !== 'key') {
    await page.locator('#sizes .chip').first().waitFor();
  }
  const seen = await flows[flow]();
  console.log(JSON.stringify({ ...seen, problems }));
} catch (error) {
  console.log(problems.join('\n'));
  await shot(`failed-${flow}`);
  throw error;
} finally {
  await browser.close();
}
