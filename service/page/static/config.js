// What the server wrote into the page: limits and score bands.

export const { limits, bands } = JSON.parse(document.getElementById("config").textContent);
