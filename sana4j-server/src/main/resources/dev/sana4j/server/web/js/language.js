// Sets the last chosen language, or that of the system, and loads its words beside the other scripts.
const language = localStorage.getItem('sana4j.language') ?? navigator.language;
document.documentElement.lang = language.startsWith('zh') ? 'zh-Hans' : 'en';
const words = document.createElement('link');
words.rel = 'modulepreload';
words.href = `js/words-${language.startsWith('zh') ? 'zh' : 'en'}.js`;
document.head.append(words);
