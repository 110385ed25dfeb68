// "My location": asked only when tapped, sent once with the form, kept nowhere.

const form = document.getElementById("mijn-plek");
const message = document.getElementById("plek-melding");

function say(text) {
  message.textContent = text;
  message.hidden = false;
}

if ("geolocation" in navigator && window.isSecureContext) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.lon.value) return;
    event.preventDefault();
    say(message.dataset.wait);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Five decimals of a degree are about a metre; more would say more than is needed.
        form.elements.lon.value = coords.longitude.toFixed(5);
        form.elements.lat.value = coords.latitude.toFixed(5);
        form.submit();
      },
      () => say(message.dataset.refused),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}

// A page that comes back from the browser's memory must not send the old place.
window.addEventListener("pageshow", () => {
  form.elements.lon.value = "";
  form.elements.lat.value = "";
});
