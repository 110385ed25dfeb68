// "My location": asked only when tapped, sent once, kept nowhere.

/** Let the button on the page ask; again for each answer, which brings a page of its own. */
function ready() {
  const form = document.getElementById("mijn-plek");
  const message = document.getElementById("plek-melding");
  const say = (text) => { message.textContent = text; message.hidden = false; };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say(message.dataset.wait);
    navigator.geolocation.getCurrentPosition(
      // Five decimals of a degree are about a metre; more would say more than is needed.
      ({ coords }) => show(form, coords.longitude.toFixed(5), coords.latitude.toFixed(5)),
      () => say(message.dataset.refused),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}

/**
 * Put the answer in the place of this page. It has no entry of its own in the history of the browser: who comes back to
 * it would be asked whether to send the form again, and the place with it.
 */
async function show(form, lon, lat) {
  let answer;
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams({ lon, lat }) });
    if (!response.ok) throw new Error(response.statusText);
    answer = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    form.elements.lon.value = lon;
    form.elements.lat.value = lat;
    form.submit();
    return;
  }
  document.querySelector(".page.near").replaceWith(document.adoptNode(answer.querySelector(".page.near")));
  ready();
  scrollTo(0, 0);
  const heading = document.querySelector(".near h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

if ("geolocation" in navigator && window.isSecureContext) ready();

// A page that comes back from the browser's memory must not send the old place.
window.addEventListener("pageshow", () => {
  const fields = document.getElementById("mijn-plek").elements;
  fields.lon.value = "";
  fields.lat.value = "";
});
