// Shows what needs a passkey only where the browser can use one here: not on a bare IP address, not without https.
const bareAddress = /^[\d.]+$|^\[/.test(location.hostname);
const able = window.isSecureContext && "credentials" in navigator && "PublicKeyCredential" in window && !bareAddress;
for (const element of document.querySelectorAll("[data-needs-passkey]")) element.hidden = !able;
for (const element of document.querySelectorAll("[data-no-passkey]")) element.hidden = able;
// The person closed the window of the browser, or the key was not recognised: no fault of the page.
document.addEventListener("allauth.error", (event) => event.preventDefault());
