// Before the first paint, so that the page does not flash: the theme chosen last, or the system's.
document.documentElement.dataset.theme =
  localStorage.getItem('sana4j.theme') ??
  (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
