import { $, element, toast } from './dom.js';
import { Painter } from './painter.js';
import { STYLES } from './styles.js';
import { say, styleName } from './words.js';

const LARGEST_SEED = 2 ** 31 - 1;
const AS_IMAGE = 'image';
const RANGES = ['count', 'steps', 'guidance', 'strength'];

function chip(group, value, checked, ...content) {
  const input = element('input', { type: 'radio', name: group, value, checked });
  return element('label', { className: 'chip' }, input, element('span', {}, ...content));
}

const chosen = (group) => document.querySelector(`input[name=${group}]:checked`).value;

function choose(group, value) {
  const input = document.querySelector(`input[name=${group}][value="${CSS.escape(value)}"]`);
  if (input) {
    input.checked = true;
  }
  return Boolean(input);
}

/** The form with the settings. */
export class Form {
  #model;

  /** Creates the form of a model; calls submit with the settings and the number of images. */
  constructor(model, submit) {
    this.#model = model;
    this.submit = submit;
    this.painter = new Painter(model.defaults, () => this.#sizes());
    this.#bounds();
    this.reset();
    this.#listen();
    document.addEventListener('language', () => this.#relabel());
  }

  /** Resets to the model's defaults; keeps the prompt and the input image. */
  reset() {
    const own = this.#model.defaults;
    $('count').value = 1;
    $('steps').value = own.steps;
    $('guidance').value = own.guidance;
    this.painter.resetStrength();
    $('format').value = own.format;
    $('seed').value = '';
    $('negative').value = '';
    $('styles').replaceChildren(
      ...Object.keys(STYLES).map((style) => chip('style', style, style === 'none', styleName(style))),
    );
    $('sizes').replaceChildren();
    this.#sizes();
    this.#showRanges();
  }

  #bounds() {
    const { limits, features, defaults } = this.#model;
    $('prompt').maxLength = $('negative').maxLength = limits.prompt_characters;
    $('count').max = Math.min(limits.count, 8);
    $('steps').max = limits.steps;
    $('guidance').max = Math.max(15, defaults.guidance);
    $('negative-field').hidden = !features.negative_prompt;
    $('input-image').hidden = !features.image_to_image;
  }

  #sizes() {
    const hasImage = this.painter?.hasImage ?? false;
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
    $('sizes').replaceChildren(...chips);
    if (before !== undefined && !hasImage) {
      choose('size', before);
    }
  }

  #relabel() {
    for (const input of document.querySelectorAll('input[name=style]')) {
      input.nextSibling.textContent = styleName(input.value);
    }
    const asImage = document.querySelector(`input[value=${AS_IMAGE}]`);
    if (asImage) {
      asImage.nextSibling.textContent = say('likeImage');
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
      this.#submit();
    });
    $('form').addEventListener('input', () => this.#showRanges());
    for (const id of ['prompt', 'negative']) {
      $(id).addEventListener('keydown', (event) => {
        const isTyping = event.isComposing || event.keyCode === 229; // Enter confirms Chinese input
        const isEnter = event.key === 'Enter' && !event.shiftKey && !isTyping;
        if (isEnter) {
          event.preventDefault();
          this.#submit();
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
    document.addEventListener('keydown', (event) => {
      const typing = event.target.matches('input, textarea, select');
      if (event.key === '/' && !typing && document.querySelector('dialog[open]') === null) {
        event.preventDefault();
        $('prompt').focus();
      }
    });
  }

  #submit() {
    const settings = this.settings();
    if (settings.prompt.trim() === '' && settings.input === null) {
      toast(say('noPrompt'));
      $('prompt').focus();
      return;
    }
    this.submit(settings, Number($('count').value));
  }

  /** Returns the settings in the form; see settings.js. */
  settings() {
    const size = chosen('size');
    const [width, height] = size === AS_IMAGE ? [null, null] : size.split('x').map(Number);
    const seed = $('seed').value;
    return {
      prompt: $('prompt').value,
      negative: $('negative').value,
      style: chosen('style'),
      width,
      height,
      steps: Number($('steps').value),
      guidance: Number($('guidance').value),
      seed: seed === '' ? null : Number(seed),
      format: $('format').value,
      input: this.painter.input(),
    };
  }

  /** Fills the form with settings. */
  fill(settings) {
    $('prompt').value = settings.prompt;
    $('negative').value = settings.negative;
    choose('style', settings.style);
    $('steps').value = settings.steps;
    $('guidance').value = settings.guidance;
    $('seed').value = settings.seed ?? '';
    $('format').value = settings.format;
    choose('size', `${settings.width}x${settings.height}`);
    $('more').open = true;
    this.#showRanges();
    $('prompt').focus();
  }
}
