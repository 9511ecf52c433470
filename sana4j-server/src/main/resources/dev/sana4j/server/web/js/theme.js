// Sets the last chosen theme, or that of the system, before the first paint so that the page does not flash.
document.documentElement.dataset.theme =
  localStorage.getItem('sana4j.theme') ??
  (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
