import * as api from './api.js';
import { $, element, icon, toast } from './dom.js';
import { dataUri } from './settings.js';
import { say } from './words.js';

/** LoRA adapters and the control image: parts of the form that only some servers have. */
export class Extras {
  /** Null until the server has said them. */
  #names = null;
  #chosen = new Map();
  #control = null;

  /** Shows what this model and this server offer. */
  constructor(model) {
    $('control-field').hidden = !model.features.control;
    $('control-file').addEventListener('change', () => this.#openControl($('control-file').files[0]));
    $('control-remove').addEventListener('click', () => this.#setControl(null));
    $('add-lora').addEventListener('click', () => this.#add($('lora').value, 1));
    document.addEventListener('language', () => this.#draw());
    api.loras().then((names) => this.#offer(names), () => this.#offer([]));
  }

  #offer(names) {
    this.#names = names;
    this.#chosen = new Map([...this.#chosen].filter(([name]) => names.includes(name)));
    $('lora-field').hidden = names.length === 0;
    $('lora').replaceChildren(...names.map((name) => element('option', { value: name }, name)));
    this.#draw();
  }

  /** Returns the chosen adapters. */
  loras() {
    return [...this.#chosen].map(([name, scale]) => ({ name, scale }));
  }

  /** Returns the control image and its settings, or null. */
  control() {
    return this.#control === null
      ? null
      : {
          image: this.#control,
          edges: $('edges').value,
          scale: Number($('control-scale').value),
          to: Number($('control-to').value),
        };
  }

  /** Chooses adapters and the control image (or null); adapters that the server does not have are left out. */
  fill(loras, control) {
    const has = ({ name }) => this.#names?.includes(name) ?? true;
    this.#chosen = new Map((loras ?? []).filter(has).map(({ name, scale }) => [name, scale]));
    this.#draw();
    const shown = $('control-field').hidden ? null : (control ?? null);
    this.#setControl(shown?.image ?? null);
    if (shown !== null) {
      $('edges').value = shown.edges;
      $('control-scale').value = shown.scale;
      $('control-to').value = shown.to;
    }
  }

  /** Removes adapters and control image. */
  reset() {
    this.fill([], null);
  }

  async #openControl(file) {
    $('control-file').value = '';
    if (!file) {
      return;
    }
    try {
      (await createImageBitmap(file)).close();
      this.#setControl(await dataUri(file));
    } catch {
      toast(say('badImage'));
    }
  }

  #setControl(uri) {
    this.#control = uri;
    const image = $('control-image');
    image.hidden = $('control-remove').hidden = uri === null;
    if (uri === null) {
      image.removeAttribute('src');
    } else {
      image.src = uri;
    }
  }

  #add(name, scale) {
    if (name && !this.#chosen.has(name)) {
      this.#chosen.set(name, scale);
      this.#draw();
    }
  }

  #draw() {
    $('loras').replaceChildren(...[...this.#chosen].map(([name, scale]) => this.#row(name, scale)));
  }

  #row(name, scale) {
    const value = element('output', {}, String(scale));
    const slider = element('input', {
      type: 'range', min: -2, max: 2, step: 0.05, value: scale, 'aria-label': say('loraScale', { name }),
      oninput: () => {
        this.#chosen.set(name, Number(slider.value));
        value.textContent = slider.value;
      },
    });
    slider.value = scale;
    const remove = () => {
      this.#chosen.delete(name);
      this.#draw();
    };
    const button = element(
      'button',
      { type: 'button', className: 'icon', onclick: remove, 'aria-label': say('removeLora', { name }) },
      icon('close'),
    );
    return element('div', { className: 'row lora' }, element('span', {}, name), slider, value, button);
  }
}
