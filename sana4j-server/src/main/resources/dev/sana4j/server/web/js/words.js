/** What the page says, in English and Chinese. */
const WORDS = {
  en: {
    skip: 'Skip to the gallery',
    theme: 'Light or dark',
    otherLanguage: '中文',
    prompt: 'What should the image show?',
    promptHint: 'A red apple on a blue background',
    promptKeys: 'Enter makes it, Shift+Enter starts a new line',
    generate: 'Generate',
    style: 'Style',
    shape: 'Shape',
    likePicture: 'as the image',
    picture: 'Start from an image',
    pictureHint: 'Drop or paste an image here, or',
    choosePicture: 'choose a file',
    canvas: 'Mask painter: arrow keys move the brush, space paints',
    maskHint: 'Paint over the part to repaint. Without a mask the whole image changes.',
    tools: 'Mask tools',
    brush: 'Brush',
    eraser: 'Eraser',
    undo: 'Undo',
    invert: 'Invert the mask',
    clearMask: 'Clear the mask',
    removePicture: 'Remove the image',
    brushSize: 'Brush size',
    strength: 'Change',
    more: 'More settings',
    negative: 'What should it not show?',
    count: 'Images',
    steps: 'Steps',
    guidance: 'Guidance',
    seed: 'Seed',
    random: 'random',
    dice: 'Roll a seed',
    forgetSeed: 'A new seed each time',
    format: 'File format',
    reset: 'Back to the defaults',
    gallery: 'Gallery',
    clearGallery: 'Empty the gallery',
    clearSure: 'Remove all images from this browser?',
    empty: 'Your images appear here. They are kept in this browser only.',
    lightbox: 'Image',
    close: 'Close',
    previous: 'Previous image',
    next: 'Next image',
    cancel: 'Cancel',
    enter: 'Enter',
    dismiss: 'Dismiss',
    key: 'API key',
    keyTitle: 'This server asks for a key',
    keyNeeded: 'It is kept until you close this tab.',
    keyWrong: 'That key is not known here. Try another.',
    download: 'Download',
    copy: 'Copy settings',
    use: 'Use settings',
    again: 'Again',
    variations: 'Variations',
    edit: 'Edit',
    remove: 'Remove',
    copied: 'Settings copied',
    used: 'Settings are in the form',
    waiting: 'Waiting, {n} ahead',
    starting: 'Starting',
    working: 'Step {step} of {steps}',
    left: '{s} s left',
    unfinished: 'Unfinished image',
    ready: '{n} ready',
    cancelled: 'Cancelled',
    size: 'Size',
    model: 'Model',
    task: 'Kind',
    text_to_image: 'from text',
    image_to_image: 'from an image',
    inpainting: 'painted over',
    noPrompt: 'Say what the image should show.',
    badPicture: 'This browser cannot read that file as an image.',
    offline: 'The server cannot be reached.',
    queue_full: 'Too many are waiting. Try again in {s} s.',
    prompt_refused: 'The prompt filter refused this prompt.',
    expired: 'It took too long.',
    failed: 'The server could not make this image.',
    stopping: 'The server is stopping.',
    not_found: 'The image is no longer kept by the server.',
    styles: {
      none: 'None', photo: 'Photo', cinema: 'Cinema', anime: 'Anime', watercolor: 'Watercolour',
      oil: 'Oil', sketch: 'Sketch', render: '3D', pixel: 'Pixel art', sticker: 'Sticker',
    },
  },
  zh: {
    skip: '跳到图库',
    theme: '浅色或深色',
    otherLanguage: 'English',
    prompt: '想画什么？',
    promptHint: '蓝色背景上的一个红苹果',
    promptKeys: '按 Enter 生成，Shift+Enter 换行',
    generate: '生成',
    style: '风格',
    shape: '画幅',
    likePicture: '同原图',
    picture: '从图片开始',
    pictureHint: '把图片拖到或粘贴到这里，或者',
    choosePicture: '选择文件',
    canvas: '蒙版画板：方向键移动画笔，空格键涂抹',
    maskHint: '涂抹需要重画的部分；不涂抹则修改整张图片。',
    tools: '蒙版工具',
    brush: '画笔',
    eraser: '橡皮',
    undo: '撤销',
    invert: '反转蒙版',
    clearMask: '清除蒙版',
    removePicture: '移除图片',
    brushSize: '画笔大小',
    strength: '改变程度',
    more: '更多设置',
    negative: '不想出现什么？',
    count: '张数',
    steps: '步数',
    guidance: '引导强度',
    seed: '种子',
    random: '随机',
    dice: '掷一个种子',
    forgetSeed: '每次用新种子',
    format: '文件格式',
    reset: '恢复默认值',
    gallery: '图库',
    clearGallery: '清空图库',
    clearSure: '从此浏览器中删除所有图片？',
    empty: '生成的图片会显示在这里，只保存在此浏览器中。',
    lightbox: '图片',
    close: '关闭',
    previous: '上一张',
    next: '下一张',
    cancel: '取消',
    enter: '确定',
    dismiss: '知道了',
    key: 'API 密钥',
    keyTitle: '此服务器需要密钥',
    keyNeeded: '密钥保留到关闭此标签页为止。',
    keyWrong: '密钥不正确，请重试。',
    download: '下载',
    copy: '复制设置',
    use: '使用设置',
    again: '再来一张',
    variations: '变体',
    edit: '编辑',
    remove: '删除',
    copied: '设置已复制',
    used: '设置已填入',
    waiting: '排队中，前面还有 {n} 个',
    starting: '正在开始',
    working: '第 {step} 步，共 {steps} 步',
    left: '剩余 {s} 秒',
    unfinished: '未完成的图片',
    ready: '已完成 {n} 张',
    cancelled: '已取消',
    size: '尺寸',
    model: '模型',
    task: '方式',
    text_to_image: '文生图',
    image_to_image: '图生图',
    inpainting: '局部重画',
    noPrompt: '请先写下想画的内容。',
    badPicture: '浏览器无法读取这个文件。',
    offline: '无法连接服务器。',
    queue_full: '排队的人太多，请在 {s} 秒后重试。',
    prompt_refused: '提示词未通过过滤。',
    expired: '超过了时限。',
    failed: '服务器未能生成这张图片。',
    stopping: '服务器正在停止。',
    not_found: '服务器已不再保留这张图片。',
    styles: {
      none: '无', photo: '照片', cinema: '电影', anime: '动漫', watercolor: '水彩',
      oil: '油画', sketch: '素描', render: '3D', pixel: '像素', sticker: '贴纸',
    },
  },
};

const KEY = 'sana4j.language';
let language = localStorage.getItem(KEY) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

/** The words of a name; {x} in them becomes values.x. */
export function say(name, values = {}) {
  const words = WORDS[language][name] ?? name;
  return words.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/** The name of a style. */
export function styleName(style) {
  return WORDS[language].styles[style];
}

/** Switches the language and dispatches 'language' on the document. */
export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem(KEY, language);
  translate();
  document.dispatchEvent(new Event('language'));
}

/** Fills in all that is marked in the page, or in a part of it. */
export function translate(root = document) {
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
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
