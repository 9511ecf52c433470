/**
 * Styles and backgrounds: those of the model's guide, else general ones for models that know
 * everything. This file needs no page, so that a test can ask it for prompts.
 */
const wrap = (text) => ({ en: text, zh: text });

const GENERAL = [
  ['photo', 'Photo', '照片', '{prompt}, photograph, natural light, sharp focus, fine detail', 'drawing, painting, cartoon'],
  ['cinema', 'Cinema', '电影感', 'cinematic still of {prompt}, film grain, dramatic light, shallow depth of field', 'cartoon, flat light'],
  ['anime', 'Anime', '动漫', 'anime illustration of {prompt}, clean lines, vivid colors', 'photograph'],
  ['watercolor', 'Watercolour', '水彩', 'watercolor painting of {prompt}, soft washes on textured paper', 'photograph, hard edges'],
  ['oil', 'Oil painting', '油画', 'oil painting of {prompt}, visible brush strokes, rich colors', 'photograph'],
  ['sketch', 'Sketch', '素描', 'pencil sketch of {prompt}, hatching, white paper', 'color, photograph'],
  ['render', '3D', '3D', '3D render of {prompt}, soft studio light, smooth materials', 'flat, sketch'],
  ['pixel', 'Pixel art', '像素画', 'pixel art of {prompt}, limited palette, crisp pixels', 'photograph, blur'],
  ['sticker', 'Sticker', '贴纸', 'sticker of {prompt}, thick white border, plain background', 'photograph, clutter'],
].map(([id, en, zh, text, avoid]) => ({ id, name: { en, zh }, wrap: wrap(text), avoid }));

const JOINS = { en: ' on ', zh: '，' };

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const longestFirst = (texts) => [...new Set(texts)].sort((a, b) => b.length - a.length).map(escaped).join('|');

/** Returns the language of a prompt: zh if it has Chinese characters, else en. */
export const languageOf = (prompt) => (/\p{Script=Han}/u.test(prompt) ? 'zh' : 'en');

/** Returns the styles that suit a model; a model that knows only some objects gets no general ones. */
export function stylesOf(model) {
  const guide = model.guide ?? null;
  return guide !== null && (guide.styles.length > 0 || guide.objects.length > 0) ? guide.styles : GENERAL;
}

/** Returns the backgrounds that suit a model. */
export const backgroundsOf = (model) => model.guide?.backgrounds ?? [];

/** Returns the objects of the guide that a prompt names. */
export function named(prompt, guide) {
  return guide.objects.filter(
    ({ emoji, en, zh }) =>
      prompt.includes(bare(emoji)) ||
      zh.some((word) => prompt.includes(word)) ||
      new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst(en)})(?![\\p{L}\\p{N}])`, 'iu').test(prompt),
  );
}

/** Removes the variation selector, which prompts may lack. */
const bare = (emoji) => emoji.replace(/\uFE0F/g, '');

/** Returns the prompt with a style and a background of the model. */
export function styled(prompt, { style, background }, model) {
  const choice = stylesOf(model).find(({ id }) => id === style);
  let text = prompt.trim();
  if (choice?.word) {
    text = withWord(text, choice.word, model.guide);
  }
  const ground = backgroundsOf(model).find(({ id }) => id === background);
  if (ground) {
    text = withPhrase(text, ground.phrase, backgroundsOf(model));
  }
  return choice?.wrap ? choice.wrap[languageOf(text)].replace('{prompt}', () => text) : text;
}

/** Returns what a style adds to the negative prompt. */
export const avoided = (style, model) => stylesOf(model).find(({ id }) => id === style)?.avoid ?? '';

/** Puts the word of a style before the objects, or in the place of another style's word. */
function withWord(prompt, word, guide) {
  const text = withNames(prompt, guide);
  const language = languageOf(text);
  const bounds = language === 'en' ? ['(?<![\\p{L}\\p{N}])', '(?![\\p{L}\\p{N}])'] : ['', ''];
  const stem = (each) => each.word[language].replace(/的$/, '');
  const others = guide.styles.filter((each) => each.word).map(stem);
  const present = new RegExp(`${bounds[0]}(?:${longestFirst(others)})${bounds[1]}`, 'giu');
  if (present.test(text)) {
    return text.replace(present, () => stem({ word }));
  }
  const nouns = longestFirst(guide.objects.flatMap((each) => each[language]));
  if (language === 'zh') {
    return text.replace(new RegExp(nouns, 'gu'), (noun) => word.zh + noun);
  }
  return text.replace(new RegExp(`${bounds[0]}(an? )?(${nouns})${bounds[1]}`, 'giu'), (_, article, noun) =>
    article ? `a ${word.en} ${noun}` : `${word.en} ${noun}`,
  );
}

/** Replaces emoji by their names, because the model has not seen styles before emoji. */
function withNames(prompt, guide) {
  let text = prompt;
  const language = languageOf(prompt);
  for (const { emoji, en, example } of guide.objects) {
    const many = new RegExp(`(?:${escaped(bare(emoji))}\\uFE0F?\\s*)+`, 'gu');
    text = text.replace(many, (run) => {
      const wanted = run.split(bare(emoji)).length - 1;
      const known = guide.counts.filter(({ value }) => value <= wanted).sort((a, b) => a.value - b.value);
      const { value, [language]: words } = known.at(-1) ?? { value: 1 };
      const space = /\s$/.test(run) ? ' ' : '';
      if (value === 1) {
        return example[language] + space;
      }
      return (language === 'zh' ? example.zh.replace('一', words[0]) : `${words[0]} ${en[1] ?? en[0]}`) + space;
    });
  }
  return text;
}

/** Adds the phrase of a background, or replaces that of another one. */
function withPhrase(prompt, phrase, all) {
  const language = languageOf(prompt);
  const stems = longestFirst(all.map((each) => each.phrase[language].replace(/^an? /, '')));
  const before = language === 'en' ? '(?:(?<![\\p{L}])(?:an?|the) )?' : '';
  const present = new RegExp(`${before}(?:${stems})`, 'iu');
  if (present.test(prompt)) {
    return prompt.replace(present, () => phrase[language]);
  }
  return prompt.replace(/[\s.,，。]+$/u, '') + JOINS[language] + phrase[language];
}
