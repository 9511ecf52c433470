// Uses the page in a browser like a person; prints its observations as JSON and writes screenshots.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { settingsFlows } from './settings.mjs';

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
    await page.selectOption('#count', '2');
    await page.fill('#steps', '50');
    await type(`slow ${prompt}`);
    await page.locator('.pending img').first().waitFor();
    await page.locator('.work progress[value]').waitFor();
    const words = await page.locator('.work').textContent();
    await shot('working');
    await page.locator('.work button').click();
    await page.locator('.work.failed').waitFor();
    return { words, after: await page.locator('.work .state').textContent(), places: await page.locator('.tile').count() };
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
    const task = await page.locator('#lightbox[open] #facts').textContent();
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
    await page.locator('#lightbox[open]').waitFor();
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
    await page.locator('#generate:not(:empty)').waitFor(); // the words come after the page
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
    await page.waitForFunction(() => document.querySelector('#tiles img').getBoundingClientRect().top < innerHeight / 2);
    await page.screenshot({ path: `${folder}/narrow.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    await images().first().click();
    await page.locator('#lightbox[open]').waitFor();
    await shot('narrow-lightbox');
    return { wide };
  },

  async key() {
    await page.locator('#key-dialog[open]').waitFor();
    await page.locator('#language:not(:empty)').waitFor();
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
    return await page.evaluate(() => ({ kept: sessionStorage.length, leaked: JSON.stringify(localStorage).includes('secret') }));
  },
};

/** Pages without violations of axe-core, by the state that was looked at. */
async function violations(state, found) {
  await page.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'));
  const { violations: all } = await page.evaluate(() => globalThis.axe.run());
  found.push(...all.map(({ id, nodes }) => `${state}: ${id} ${nodes[0].target}`));
  await shot(`axe-${state}`);
}

const bytesOf = async (download) => readFileSync(await (await download).path()).toString('base64');
const png = () => ({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(image, 'base64') });

Object.assign(flows, {
  /** The first minute with a model that knows some objects. */
  async guide() {
    const welcome = await page.locator('#empty').textContent();
    const request = posted();
    await page.locator('.example').first().click();
    const example = (await request).postDataJSON().prompt;
    await made(1);
    await page.fill('#prompt', 'a castle on a hill');
    const hint = await page.locator('#unknown').textContent();
    await page.locator('#unknown button').click();
    const objects = await page.locator('.object').count();
    await page.locator('.object').first().click();
    const chosen = await page.inputValue('#prompt');
    await page.locator('#unknown').waitFor({ state: 'hidden' });
    await page.click('#surprise');
    const surprise = await page.inputValue('#prompt');
    await page.locator('input[value=solid]').check({ force: true });
    await page.locator('input[value=green]').check({ force: true });
    const styled = (await type('a cat on a yellow background')).prompt;
    await made(2);
    return { welcome, example, hint, objects, chosen, surprise, styled };
  },

  /** A reload while images are made, and the prompt that was being typed. */
  async reload() {
    await page.selectOption('#count', '2');
    await type(`slow ${prompt}`);
    await page.locator('.work progress[value]').waitFor();
    await page.fill('#prompt', 'half a sentence');
    await page.reload();
    await page.locator('.work').waitFor();
    const row = await page.locator('.work strong').textContent();
    const draft = await page.inputValue('#prompt');
    await made(2);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('#tiles img[width]').length === 2);
    await images().first().click();
    await act('remove');
    await page.waitForFunction(() => document.querySelectorAll('#tiles img[width]').length === 1);
    await page.reload();
    await page.locator('#sizes .chip').first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll('#tiles img[width]').length === 1);
    return { row, draft, rows: await page.locator('.work').count() };
  },

  /** Earlier prompts with the arrow keys, and Ctrl+Enter from anywhere. */
  async keyboard() {
    await type('first prompt');
    await made(1);
    await page.fill('#prompt', 'second prompt');
    const request = posted();
    await page.locator('#format').evaluate((node) => node.closest('details').setAttribute('open', ''));
    await page.focus('#format');
    await page.keyboard.press('Control+Enter');
    const second = (await request).postDataJSON().prompt;
    await made(2);
    await page.fill('#prompt', '');
    await page.focus('#prompt');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    const earlier = await page.inputValue('#prompt');
    await page.keyboard.press('ArrowDown');
    const later = await page.inputValue('#prompt');
    await page.locator('.open').first().focus();
    await page.keyboard.press('?');
    await page.locator('#sheet[open]').waitFor();
    const keys = await page.locator('kbd').count();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    const focused = await page.evaluate(() => document.activeElement.id);
    return { second, earlier, later, keys, focused };
  },

  /** Search, stars, selection, zip, comparison, deletion and its undoing. */
  async select() {
    await page.selectOption('#count', '2');
    await type('apples');
    await made(2);
    await page.selectOption('#count', '1');
    await type('a boat');
    await made(3);
    await page.fill('#search', 'apple');
    const found = await page.locator('.tile:not([hidden])').count();
    await page.fill('#search', '');
    await page.locator('.picture').first().hover();
    await page.locator('.picture > .star').first().click();
    await page.click('#only-starred');
    const starred = await page.locator('.tile:not([hidden])').count();
    await page.click('#only-starred');
    await page.locator('.pick').nth(0).check();
    await page.locator('.pick').nth(1).check();
    const download = page.waitForEvent('download');
    await page.click('#zip');
    const zip = await bytesOf(download);
    await page.click('#compare');
    await page.locator('#sheet[open]').waitFor();
    const compared = await page.locator('.side-by-side li').count();
    await page.keyboard.press('Escape');
    await page.locator('.open').first().focus();
    await page.keyboard.press('Delete');
    await page.waitForFunction(() => document.querySelectorAll('.tile').length === 1);
    await page.click('#toast button');
    await page.waitForFunction(() => document.querySelectorAll('.tile').length === 3);
    return { found, starred, zip, compared, captions: await page.locator('.caption').allTextContents() };
  },

  /** Outpainting by dragging the frame, and by typed pixels. */
  async extend() {
    await page.setInputFiles('#file', png());
    await page.locator('#painter').waitFor();
    await page.locator('input[value=extend]').check({ force: true });
    const canvas = page.locator('#canvas');
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const edge = box.x + (box.width * 5) / 6; // the room around the frame is a quarter of the image
    await page.mouse.move(edge, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(edge + box.width / 6, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.fill('#side-top', '8');
    await page.press('#side-top', 'Tab');
    await shot('extended');
    const request = await type(prompt);
    await made(1);
    await images().first().click();
    return { outpaint: request.outpaint, mask: 'mask' in request, facts: await page.locator('#lightbox[open] #facts').textContent() };
  },

  /** A PNG with settings that is dropped on the page. */
  async drop() {
    await page.setInputFiles('#file', png());
    await page.locator('#sheet[open]').waitFor();
    await page.locator('#sheet .main').click();
    const used = await page.evaluate(() => ({
      prompt: document.querySelector('#prompt').value,
      seed: document.querySelector('#seed').value,
      steps: document.querySelector('#steps').value,
    }));
    await page.setInputFiles('#file', png());
    await page.locator('#sheet .actions button').nth(1).click();
    await page.locator('#painter').waitFor();
    return used;
  },

  /** Everything that has a state of its own, in both languages and themes. */
  async accessible() {
    const found = [];
    if (!existsSync('node_modules/axe-core/axe.min.js')) {
      return { found, skipped: true };
    }
    await violations('first', found);
    await page.fill('#prompt', 'a castle');
    await violations('hint', found);
    await page.locator('#unknown button').click();
    await violations('objects', found);
    await page.keyboard.press('Escape');
    await type('slow cat');
    await page.locator('.work').waitFor();
    await violations('working', found);
    await made(1);
    await type('a dog');
    await made(2);
    await page.locator('.picture').first().hover();
    await page.locator('.pick').first().check();
    await page.locator('.pick').nth(1).check();
    await violations('gallery', found);
    await page.click('#compare');
    await page.locator('#sheet[open]').waitFor();
    await violations('compare', found);
    await page.keyboard.press('Escape');
    await page.click('#deselect');
    await images().first().click();
    await page.locator('#lightbox[open]').waitFor();
    await violations('lightbox', found);
    await page.click('#zoom-in');
    await violations('zoomed', found);
    await act('edit');
    await page.locator('#painter').waitFor();
    await violations('painter', found);
    await page.locator('input[value=extend]').check({ force: true });
    await violations('extend', found);
    await page.click('#more summary');
    await violations('settings', found);
    await page.click('#history');
    await violations('history', found);
    await page.keyboard.press('Escape');
    await page.click('#keys');
    await page.locator('#sheet[open]').waitFor();
    await violations('keys', found);
    await page.keyboard.press('Escape');
    await page.click('#language');
    await page.click('#theme');
    await violations('chinese-dark', found);
    await page.setViewportSize({ width: 360, height: 740 });
    await violations('phone', found);
    await page.goto(new URL('/no/such/page', address).href);
    await violations('missing', found);
    problems.length = 0; // the browser reports 404 itself
    return { found };
  },
});

Object.assign(flows, settingsFlows({ page, prompt, type, made, images, posted, act, shot, png }));

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
