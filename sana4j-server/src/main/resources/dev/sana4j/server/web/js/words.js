/** The texts of the page, in English and Chinese. */
const WORDS = {
  en: {
    skip: 'Skip to the gallery',
    theme: 'Switch between light and dark',
    otherLanguage: '中文',
    prompt: 'Prompt',
    promptHint: 'A red apple on a blue background',
    promptKeys: 'Enter to generate, Shift+Enter for a new line',
    generate: 'Generate',
    style: 'Style',
    shape: 'Aspect ratio',
    likeImage: 'as input image',
    inputImage: 'Start from an image',
    imageHint: 'Drop or paste an image here, or',
    chooseImage: 'choose a file',
    canvas: 'Mask editor: the arrow keys move the brush, Space paints',
    maskHint: 'Paint over the areas to regenerate. Without a mask, the whole image changes.',
    tools: 'Mask tools',
    brush: 'Brush',
    eraser: 'Eraser',
    undo: 'Undo',
    invert: 'Invert mask',
    clearMask: 'Clear mask',
    removeImage: 'Remove image',
    brushSize: 'Brush size',
    strength: 'Strength',
    more: 'More settings',
    negative: 'Negative prompt',
    count: 'Images',
    steps: 'Steps',
    guidance: 'Guidance scale',
    seed: 'Seed',
    random: 'random',
    dice: 'Random seed',
    forgetSeed: 'Use a new seed each time',
    format: 'File format',
    reset: 'Reset to defaults',
    gallery: 'Gallery',
    clearGallery: 'Clear gallery',
    clearSure: 'Delete all images from this browser?',
    empty: 'Your images appear here. They are stored only in this browser.',
    lightbox: 'Image',
    close: 'Close',
    previous: 'Previous image',
    next: 'Next image',
    cancel: 'Cancel',
    enter: 'OK',
    dismiss: 'Dismiss',
    key: 'API key',
    keyTitle: 'This server requires an API key',
    keyNeeded: 'The key is kept until you close this tab.',
    keyWrong: 'This key is invalid. Try another one.',
    download: 'Download',
    copy: 'Copy settings',
    use: 'Use settings',
    again: 'Generate again',
    variations: 'Variations',
    edit: 'Edit',
    remove: 'Delete',
    copied: 'Settings copied',
    used: 'Settings applied to the form',
    waiting: 'In the queue, jobs ahead: {n}',
    starting: 'Starting…',
    working: 'Step {step} of {steps}',
    left: '{s} s left',
    unfinished: 'Unfinished image',
    ready: 'Images ready: {n}',
    cancelled: 'Cancelled',
    size: 'Size',
    model: 'Model',
    task: 'Task',
    text_to_image: 'text to image',
    image_to_image: 'image to image',
    inpainting: 'inpainting',
    noPrompt: 'Enter a prompt first.',
    badImage: 'The browser cannot read this file as an image.',
    offline: 'The server is not reachable.',
    queue_full: 'The server is busy. Try again in {s} s.',
    prompt_refused: 'The prompt filter refused this prompt.',
    expired: 'The job exceeded the time limit.',
    failed: 'The server could not generate the image.',
    stopping: 'The server is stopping.',
    not_found: 'The server no longer has this image.',
    styles: {
      none: 'None', photo: 'Photo', cinema: 'Cinema', anime: 'Anime', watercolor: 'Watercolour',
      oil: 'Oil painting', sketch: 'Sketch', render: '3D', pixel: 'Pixel art', sticker: 'Sticker',
    },
  },
  zh: {
    skip: '跳到图库',
    theme: '切换浅色和深色',
    otherLanguage: 'English',
    prompt: '提示词',
    promptHint: '蓝色背景上的一个红苹果',
    promptKeys: '按 Enter 生成，按 Shift+Enter 换行',
    generate: '生成',
    style: '风格',
    shape: '宽高比',
    likeImage: '同原图',
    inputImage: '以图生图',
    imageHint: '将图片拖放或粘贴到此处，或',
    chooseImage: '选择文件',
    canvas: '蒙版编辑器：方向键移动画笔，空格键涂抹',
    maskHint: '涂抹要重绘的区域；不涂抹则修改整张图片。',
    tools: '蒙版工具',
    brush: '画笔',
    eraser: '橡皮擦',
    undo: '撤销',
    invert: '反转蒙版',
    clearMask: '清除蒙版',
    removeImage: '移除图片',
    brushSize: '画笔大小',
    strength: '重绘强度',
    more: '更多设置',
    negative: '反向提示词',
    count: '图片数量',
    steps: '步数',
    guidance: '引导强度',
    seed: '种子',
    random: '随机',
    dice: '随机种子',
    forgetSeed: '每次使用新种子',
    format: '文件格式',
    reset: '恢复默认设置',
    gallery: '图库',
    clearGallery: '清空图库',
    clearSure: '要删除此浏览器中的所有图片吗？',
    empty: '生成的图片会显示在这里，并且只保存在此浏览器中。',
    lightbox: '图片',
    close: '关闭',
    previous: '上一张',
    next: '下一张',
    cancel: '取消',
    enter: '确定',
    dismiss: '知道了',
    key: 'API 密钥',
    keyTitle: '此服务器需要 API 密钥',
    keyNeeded: '密钥会保留到此标签页关闭为止。',
    keyWrong: '密钥无效，请重试。',
    download: '下载',
    copy: '复制设置',
    use: '使用设置',
    again: '再次生成',
    variations: '变体',
    edit: '编辑',
    remove: '删除',
    copied: '已复制设置',
    used: '已将设置填入表单',
    waiting: '排队中，前面还有 {n} 个任务',
    starting: '正在开始…',
    working: '第 {step} 步，共 {steps} 步',
    left: '剩余 {s} 秒',
    unfinished: '生成中的图片',
    ready: '已生成 {n} 张图片',
    cancelled: '已取消',
    size: '尺寸',
    model: '模型',
    task: '生成方式',
    text_to_image: '文生图',
    image_to_image: '图生图',
    inpainting: '局部重绘',
    noPrompt: '请先输入提示词。',
    badImage: '浏览器无法将此文件识别为图片。',
    offline: '无法连接到服务器。',
    queue_full: '服务器繁忙，请在 {s} 秒后重试。',
    prompt_refused: '提示词未通过内容过滤。',
    expired: '任务超过了时间限制。',
    failed: '服务器未能生成图片。',
    stopping: '服务器正在关闭。',
    not_found: '服务器上已没有这张图片。',
    styles: {
      none: '无', photo: '照片', cinema: '电影感', anime: '动漫', watercolor: '水彩',
      oil: '油画', sketch: '素描', render: '3D', pixel: '像素画', sticker: '贴纸',
    },
  },
};

const KEY = 'sana4j.language';
let language = localStorage.getItem(KEY) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

/** Returns the text for a name; {x} in it becomes values.x. */
export function say(name, values = {}) {
  const words = WORDS[language][name] ?? name;
  return words.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/** Returns the name of a style. */
export function styleName(style) {
  return WORDS[language].styles[style];
}

/** Switches to the other language, and dispatches 'language' on the document. */
export function switchLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem(KEY, language);
  translate();
  document.dispatchEvent(new Event('language'));
}

/** Fills in the texts of all marked elements of the page, or of a part of it. */
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
