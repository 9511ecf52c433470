import { $, element, toast } from './dom.js';
import { Extras } from './extras.js';
import { InputImage } from './input-image.js';
import { Prompts } from './prompts.js';
import { backgroundsOf, stylesOf } from './styles.js';
import { languageNow, say } from './words.js';

const LARGEST_SEED = 2 ** 31 - 1;
const AS_IMAGE = 'image';
const OWN = 'own';
const RANGES = ['steps', 'guidance', 'strength', 'control-scale', 'control-to'];

function chip(group, value, checked, ...content) {
  const input = element('input', { type: 'radio', name: group, value, checked });
  return element('label', { className: 'chip' }, input, element('span', {}, ...content));
}

const chosen = (group) => document.querySelector(`input[name=${group}]:checked`)?.value ?? 'none';

function choose(group, value) {
  const input = document.querySelector(`input[name=${group}][value="${CSS.escape(value)}"]`);
  if (input) {
    input.checked = true;
  }
  return Boolean(input);
}

const numberOption = (n) => element('option', { value: n }, String(n));

/** The form with the settings. */
export class Form {
  #model;
  /** Sliders that were moved; the others are left to the server, which knows what suits the task. */
  #moved = new Set();

  /** Creates the form of a model; calls submit with the settings and the number of images, and changed with each prompt. */
  constructor(model, submit, changed) {
    this.#model = model;
    this.submit = submit;
    this.prompts = new Prompts(changed);
    this.image = new InputImage(model, () => this.#sizes());
    this.extras = new Extras(model);
    this.#bounds();
    this.reset();
    this.#listen();
    document.addEventListener('language', () => this.#relabel());
  }

  /** Resets to the model's defaults; keeps the prompt and the input image. */
  reset() {
    const own = this.#model.defaults;
    this.#moved.clear();
    $('count').value = 1;
    $('best-of').value = 1;
    $('steps').value = own.steps;
    $('guidance').value = own.guidance;
    this.image.resetStrength();
    $('format').value = own.format;
    $('seed').value = '';
    $('negative').value = '';
    this.extras.reset();
    this.#styles('none', 'none');
    $('sizes').replaceChildren();
    this.#sizes();
    this.#showRanges();
  }

  #bounds() {
    const { limits, features, defaults } = this.#model;
    $('prompt').maxLength = $('negative').maxLength = limits.prompt_characters;
    const most = Math.min(limits.count, 8);
    $('count').replaceChildren(...Array.from({ length: most }, (_, i) => numberOption(i + 1)));
    const candidates = [1, 2, 4, 8, 16].filter((n) => n <= limits.best_of);
    $('best-of').replaceChildren(...candidates.map(numberOption));
    $('best-of-field').hidden = candidates.length < 2;
    $('steps').max = Math.max(this.#model.useful_steps ?? limits.steps, defaults.steps);
    $('guidance').max = Math.max(this.#model.family === 'sprint' ? 7 : 15, defaults.guidance);
    $('negative-field').hidden = !features.negative_prompt;
    $('input-image').hidden = !features.image_to_image;
    $('own-width').value = defaults.width;
    $('own-height').value = defaults.height;
  }

  #styles(style, background) {
    const language = languageNow();
    const styles = stylesOf(this.#model);
    const backgrounds = backgroundsOf(this.#model);
    $('style-field').hidden = styles.length === 0;
    $('background-field').hidden = backgrounds.length === 0;
    $('styles').replaceChildren(
      chip('style', 'none', true, say('none')),
      ...styles.map(({ id, name }) => chip('style', id, false, name[language])),
    );
    $('backgrounds').replaceChildren(
      chip('background', 'none', true, say('asTyped')),
      ...backgrounds.map(({ id, name, color }) => {
        const dot = element('i', { className: 'dot' });
        dot.style.backgroundColor = color;
        return chip('background', id, false, dot, name[language]);
      }),
    );
    choose('style', style);
    choose('background', background);
  }

  #sizes() {
    const hasImage = this.image?.hasImage ?? false;
    $('size-field').hidden = this.image?.isExtending ?? false;
    const before = document.querySelector('input[name=size]:checked')?.value;
    const chips = this.#model.sizes.map(({ ratio, width, height }, i) => {
      const shape = element('i', { className: 'shape' });
      const longer = Math.max(width, height);
      shape.style.width = `${(18 * width) / longer}px`;
      shape.style.height = `${(18 * height) / longer}px`;
      const label = chip('size', `${width}x${height}`, i === 0 && !hasImage, shape, ratio);
      label.title = `${width} × ${height}`;
      return label;
    });
    if (hasImage) {
      chips.unshift(chip('size', AS_IMAGE, true, say('likeImage')));
    }
    chips.push(chip('size', OWN, false, say('own')));
    $('sizes').replaceChildren(...chips);
    if (before !== undefined && !hasImage) {
      choose('size', before);
    }
    this.#showOwnSize();
  }

  #showOwnSize() {
    $('own-size').hidden = chosen('size') !== OWN;
  }

  #relabel() {
    this.#styles(chosen('style'), chosen('background'));
    for (const [value, word] of [[AS_IMAGE, 'likeImage'], [OWN, 'own']]) {
      const input = document.querySelector(`input[name=size][value=${value}]`);
      if (input) {
        input.nextSibling.textContent = say(word);
      }
    }
  }

  #showRanges() {
    for (const id of RANGES) {
      $(`${id}-value`).textContent = Number($(id).value).toLocaleString('en', { maximumFractionDigits: 2 });
    }
  }

  #listen() {
    $('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.generate();
    });
    $('form').addEventListener('input', (event) => {
      this.#moved.add(event.target.id);
      this.#showRanges();
    });
    $('sizes').addEventListener('change', () => this.#showOwnSize());
    for (const id of ['prompt', 'negative']) {
      $(id).addEventListener('keydown', (event) => {
        const isTyping = event.isComposing || event.keyCode === 229; // Enter confirms Chinese input
        const isEnter = event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey && !isTyping;
        if (isEnter) {
          event.preventDefault();
          this.generate();
        }
      });
    }
    $('dice').addEventListener('click', () => {
      $('seed').value = Math.floor(Math.random() * LARGEST_SEED);
    });
    $('seed').addEventListener('input', () => {
      $('seed').value = $('seed').value.replace(/\D/g, '');
    });
    $('forget-seed').addEventListener('click', () => ($('seed').value = ''));
    $('reset').addEventListener('click', () => this.reset());
  }

  /** Starts with the settings in the form. */
  generate() {
    const settings = this.settings();
    if (settings.prompt.trim() === '' && (settings.input === null || settings.bestOf > 1)) {
      toast(say('noPrompt'));
      $('prompt').focus();
      return;
    }
    if (this.image.isExtending && settings.input?.outpaint === null) {
      toast(say('noFrame'));
      return;
    }
    const count = Number($('count').value);
    const images = count * settings.bestOf;
    if (settings.bestOf > 1 && images > this.#model.limits.count) {
      toast(say('tooMany', { n: images, most: this.#model.limits.count }));
      return;
    }
    this.prompts.add(settings.prompt);
    this.submit(settings, count);
  }

  #size() {
    const size = chosen('size');
    if (size === AS_IMAGE || this.image.isExtending) {
      return [null, null];
    }
    return size === OWN ? [Number($('own-width').value), Number($('own-height').value)] : size.split('x').map(Number);
  }

  /** Returns the settings in the form; see settings.js. */
  settings() {
    const [width, height] = this.#size();
    const seed = $('seed').value;
    const moved = (id) => (this.#moved.has(id) ? Number($(id).value) : null);
    return {
      prompt: $('prompt').value,
      negative: $('negative').value,
      style: chosen('style'),
      background: chosen('background'),
      width,
      height,
      steps: moved('steps'),
      guidance: moved('guidance'),
      seed: seed === '' ? null : Number(seed),
      bestOf: Number($('best-of').value),
      format: $('format').value,
      loras: this.extras.loras(),
      control: this.extras.control(),
      input: this.image.input(),
    };
  }

  /** Returns the parts of the form that suit every model; see restore. */
  kept() {
    const { prompt, negative, style, background, seed, bestOf, format, loras, control } = this.settings();
    const settings = { prompt, negative, style, background, seed, bestOf, format, loras, control };
    return { settings, count: $('count').value, more: $('more').open, image: this.image.state() };
  }

  /** Fills the form with the parts that another model had. */
  async restore({ settings, count, more, image }) {
    this.fill(settings);
    $('count').value = Math.min(count, $('count').length);
    $('more').open = more;
    if (image !== null) {
      await this.image.restore(image);
    }
  }

  /** Uses the prompt of an image that is edited. */
  begin({ prompt, style, background }) {
    this.prompts.add($('prompt').value);
    this.prompts.set(prompt);
    choose('style', style ?? 'none');
    choose('background', background ?? 'none');
  }

  /** Fills the form with settings. */
  fill(settings) {
    this.prompts.set(settings.prompt);
    $('negative').value = settings.negative ?? '';
    choose('style', settings.style ?? 'none');
    choose('background', settings.background ?? 'none');
    for (const id of ['steps', 'guidance']) {
      if ((settings[id] ?? null) !== null) {
        $(id).value = settings[id];
        this.#moved.add(id);
      }
    }
    $('seed').value = settings.seed ?? '';
    $('best-of').value = settings.bestOf ?? 1;
    if ($('best-of').value === '') {
      $('best-of').value = 1; // of a server with other limits
    }
    $('format').value = settings.format ?? this.#model.defaults.format;
    this.extras.fill(settings.loras, settings.control);
    if (settings.width && !choose('size', `${settings.width}x${settings.height}`)) {
      $('own-width').value = settings.width;
      $('own-height').value = settings.height;
      choose('size', OWN);
    }
    this.#showOwnSize();
    $('more').open = true;
    this.#showRanges();
  }
}
