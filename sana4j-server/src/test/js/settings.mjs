// Flows of the page that set something; see page.mjs.

/** Returns the flows by name. */
export const settingsFlows = ({ page, prompt, type, made, images, posted, act, shot, png }) => ({
  /** An own size, and an image enlarged from the large view. */
  async sizes() {
    await page.locator('input[value=own]').check({ force: true });
    await page.fill('#own-width', '48');
    await page.fill('#own-height', '24');
    const { width, height } = await type(prompt);
    await made(1);
    await images().first().click();
    await page.click('#zoom-in');
    const zoom = await page.locator('#zoom-value').textContent();
    const request = posted();
    await act('upscale');
    const { upscale, strength } = (await request).postDataJSON();
    await made(2);
    const wide = await images().first().getAttribute('width');
    return { width, height, zoom, upscale, strength, wide };
  },

  /** LoRA adapters that are chosen, weighted and removed. */
  async loras() {
    await page.click('#lora-field summary');
    const offered = await page.locator('#lora option').allTextContents();
    await page.click('#add-lora');
    await page.selectOption('#lora', 'style');
    await page.click('#add-lora');
    await page.locator('.lora input').nth(1).fill('0.5');
    const both = (await type(prompt)).loras;
    await made(1);
    await shot('loras');
    await images().first().click();
    const facts = await page.locator('#lightbox[open] #facts').textContent();
    await page.keyboard.press('Escape');
    await page.locator('.lora button').first().click();
    const one = (await type(prompt)).loras;
    await made(2);
    return { offered, both, one, facts };
  },

  /** The form when another model is chosen. */
  async models() {
    await page.fill('#prompt', prompt);
    await page.setInputFiles('#file', png());
    await page.locator('#painter').waitFor();
    await page.locator('#canvas').click();
    await page.selectOption('#count', '2');
    const before = await page.evaluate(() => performance.timeOrigin);
    await page.selectOption('#models', 'other');
    await page.waitForFunction((time) => performance.timeOrigin > time, before);
    await page.locator('#painter').waitFor();
    const { model, count, mask } = await type(prompt);
    await made(2);
    return { model, count, mask };
  },

  /** A control image whose edges are drawn, and that is removed again. */
  async control() {
    await page.click('#control-field summary');
    await page.setInputFiles('#control-file', png());
    await page.locator('#control-image').waitFor();
    await page.selectOption('#edges', 'sobel');
    await page.fill('#control-scale', '0.5');
    await page.fill('#control-to', '0.75');
    await shot('control');
    const request = await type(prompt);
    await made(1);
    await images().first().click();
    const facts = await page.locator('#lightbox[open] #facts').textContent();
    await page.keyboard.press('Escape');
    await page.click('#control-remove');
    await page.locator('#control-image').waitFor({ state: 'hidden' });
    const without = 'control' in (await type(prompt));
    await made(2);
    return { request, facts, without };
  },

  /** The best of several candidates, again and enlarged. */
  async best() {
    await page.click('#more summary');
    const offered = await page.locator('#best-of option').allTextContents();
    await page.fill('#seed', '7');
    await page.selectOption('#best-of', '8');
    await page.selectOption('#count', '2');
    await page.fill('#prompt', prompt);
    await page.press('#prompt', 'Enter');
    const refused = await page.locator('#toast').textContent();
    await page.selectOption('#count', '1');
    await shot('best');
    const request = await type(prompt);
    await made(1);
    await images().first().click();
    const facts = await page.locator('#lightbox[open] #facts').textContent();
    const next = posted();
    await act('again');
    const again = (await next).postDataJSON();
    await made(2);
    await images().first().click();
    const last = posted();
    await act('upscale');
    const larger = (await last).postDataJSON();
    await made(3);
    await page.click('#language');
    await images().last().click();
    const chinese = await page.locator('#lightbox[open] #facts').textContent();
    return { offered, refused, request, facts, again, larger, chinese };
  },

  /** What the server offers. */
  async offers() {
    await page.click('#more summary');
    const isSeen = (id) => page.locator(id).isVisible();
    return { control: await isSeen('#control-field'), best: await isSeen('#best-of-field') };
  },
});
