// Runs before the first paint, so that nobody sees the wrong theme for a moment. A file of its own because the content security policy
// allows no inline scripts.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('spinel.theme');
  } catch (e) {
    // Storage may be forbidden; then the system decides.
  }
  var dark = choice === 'dark' || (choice !== 'light' && !matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
