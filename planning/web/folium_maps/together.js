/* Two maps that move together: what folium's DualMap asks of a map (it would fetch a plugin for it). */
L.Map.include({
  sync(other) {
    this.on("move", () => {
      if (this.moving) return;
      other.moving = true;
      other.setView(this.getCenter(), this.getZoom(), { animate: false });
      other.moving = false;
    });
  },
});
