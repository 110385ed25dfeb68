// "My location" for a signal: asked only when tapped, sent once with the form.

const row = document.getElementById("plek-knop");
const form = document.getElementById("signaal");

if (row && "geolocation" in navigator && window.isSecureContext) {
  row.hidden = false;
  const [button, message] = [row.querySelector("button"), row.querySelector("span")];
  button.addEventListener("click", () => {
    message.textContent = message.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.elements.lon.value = coords.longitude.toFixed(5);
        form.elements.lat.value = coords.latitude.toFixed(5);
        message.textContent = message.dataset.done;
      },
      () => { message.textContent = message.dataset.refused; },
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  });
  // Who types an address means that place.
  form.elements.adres.addEventListener("input", () => { form.elements.lon.value = ""; form.elements.lat.value = ""; message.textContent = ""; });
}
