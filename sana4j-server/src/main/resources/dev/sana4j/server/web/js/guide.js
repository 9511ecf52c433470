import { $, closeSheet, element, icon, openSheet } from './dom.js';
import { backgroundsOf, named, styled, stylesOf } from './styles.js';
import { languageNow, say, sayAll } from './words.js';

const any = (list) => list[Math.floor(Math.random() * list.length)];

/** What the model knows: the first view, the hint below the prompt, surprises, and the list of objects. */
export class Guide {
  #model;
  #usePrompt;

  /** Takes the model, and what to do with a prompt that was clicked. */
  constructor(model, usePrompt) {
    this.#model = model;
    this.#usePrompt = usePrompt;
    $('surprise').addEventListener('click', () => usePrompt(this.surprise(), false));
    document.addEventListener('language', () => this.show());
    this.show();
  }

  get #guide() {
    return this.#model.guide ?? null;
  }

  /** Fills the first view and the line about the model. */
  show() {
    this.#about();
    this.#welcome();
    this.hint();
  }

  #about() {
    const { id, family, defaults, choices } = this.#model;
    const facts = `${say(family)}, ${defaults.width} × ${defaults.height}`;
    const several = (choices?.length ?? 0) > 1;
    const text = element('span', { className: 'roomy' }, several ? facts : ` · ${facts}`);
    $('model').replaceChildren(...(several ? [text] : [id, text]));
  }

  /** Returns a prompt that the model can show. */
  surprise() {
    const language = languageNow();
    const objects = this.#guide?.objects ?? [];
    if (objects.length === 0) {
      return any(this.#guide?.examples.map((each) => each[language]) ?? sayAll('surprises')) ?? any(sayAll('surprises'));
    }
    const style = any(stylesOf(this.#model))?.id ?? 'none';
    const background = any(backgroundsOf(this.#model))?.id ?? 'none';
    return styled(any(objects).example[language], { style, background }, this.#model);
  }

  #examples() {
    const examples = this.#guide?.examples ?? [];
    const texts = examples.length > 0 ? examples.map((each) => each[languageNow()]) : sayAll('surprises');
    return texts.slice(0, 6);
  }

  #welcome() {
    const chip = (text) =>
      element('button', { type: 'button', className: 'example', onclick: () => this.#usePrompt(text, true) }, text);
    const surprise = element(
      'button',
      { type: 'button', className: 'main', onclick: () => this.#usePrompt(this.surprise(), true) },
      icon('surprise'),
      say('surprise'),
    );
    const buttons = [surprise];
    if (this.#guide !== null && this.#guide.objects.length > 0) {
      buttons.push(this.#objectsButton(''));
    }
    const knows = this.#guide?.knows[languageNow()];
    $('empty').replaceChildren(
      element('h3', {}, say('welcome')),
      ...(knows ? [element('p', {}, knows)] : []),
      element('p', {}, say('welcomeHint')),
      element('div', { className: 'examples' }, ...this.#examples().map(chip)),
      element('div', { className: 'actions' }, ...buttons),
      element('p', { className: 'fine-print' }, say('stored')),
    );
  }

  #objectsButton(className) {
    const n = this.#guide.objects.length;
    return element('button', { type: 'button', className, onclick: () => this.openObjects() }, say('seeObjects', { n }));
  }

  /** Tells if the prompt names nothing that the model knows. */
  hint() {
    const prompt = $('prompt').value.trim();
    const guide = this.#guide;
    const unknown =
      guide !== null && guide.objects.length > 0 && prompt.length > 2 && named(prompt, guide).length === 0;
    if (unknown === ($('unknown').childNodes.length > 0) && !unknown) {
      return;
    }
    const text = unknown ? [say('unknownWords', { n: guide.objects.length }), ' ', this.#objectsButton('link')] : [];
    const sentence = text[0] ?? '';
    if ($('unknown').firstChild?.textContent !== sentence) {
      $('unknown').replaceChildren(...text);
    }
  }

  /** Opens the list of objects. */
  openObjects() {
    const language = languageNow();
    const ground = backgroundsOf(this.#model);
    const tiles = this.#guide.objects.map(({ emoji, en, zh, example }) => {
      const choose = () => {
        closeSheet();
        const background = any(ground)?.id ?? 'none';
        this.#usePrompt(styled(example[language], { style: 'none', background }, this.#model), false);
      };
      return element(
        'li',
        {},
        element(
          'button',
          { type: 'button', className: 'object', onclick: choose },
          element('span', { className: 'emoji', 'aria-hidden': 'true' }, emoji),
          language === 'zh' ? zh[0] : en[0],
        ),
      );
    });
    openSheet(say('objectsTitle'), [
      element('p', { className: 'muted' }, say('objectsHint')),
      element('ul', { className: 'objects' }, ...tiles),
    ]);
  }
}
