/** The texts of the page, in English and Chinese; each language is a file that is loaded when it is needed. */
const KEY = 'sana4j.language';
const NAMES = { en: 'en', zh: 'zh-Hans' };
const loaded = {};
let language = document.documentElement.lang === NAMES.zh ? 'zh' : 'en'; // set by index.html

async function load(name) {
  loaded[name] ??= (await import(`./words-${name}.js`)).WORDS;
}

await load(language);

/** Returns the language of the page: en or zh. */
export const languageNow = () => language;

/** Returns the text for a name; {x} in it becomes values.x. */
export function say(name, values = {}) {
  const words = loaded[language][name] ?? name;
  return words.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/** Returns the list of texts for a name. */
export const sayAll = (name) => loaded[language][name];

/** Switches to the other language, and dispatches 'language' on the document. */
export async function switchLanguage() {
  const other = language === 'en' ? 'zh' : 'en';
  await load(other);
  language = other;
  localStorage.setItem(KEY, language);
  translate();
  document.dispatchEvent(new Event('language'));
}

/** Fills in the texts of all marked elements of the page, or of a part of it. */
export function translate(root = document) {
  document.documentElement.lang = NAMES[language];
  for (const node of root.querySelectorAll('[data-word]')) {
    node.textContent = say(node.dataset.word);
  }
  for (const node of root.querySelectorAll('[data-word-label]')) {
    node.setAttribute('aria-label', say(node.dataset.wordLabel));
    if (node.matches('button')) {
      node.title = say(node.dataset.wordLabel);
    }
  }
  for (const node of root.querySelectorAll('[data-word-placeholder]')) {
    node.placeholder = say(node.dataset.wordPlaceholder);
  }
}
