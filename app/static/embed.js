// Plays a video in its place once the reader asks for it; until then, and without this script, its title is a plain link.
for (const video of document.querySelectorAll(".video[data-embed]")) {
  const link = video.querySelector(".video-title a");
  if (!link) continue;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || video.querySelector("iframe")) return;
    event.preventDefault();
    const player = document.createElement("iframe");
    player.src = video.dataset.embed;
    player.title = link.textContent;
    player.allow = "fullscreen; encrypted-media; picture-in-picture";
    player.referrerPolicy = "strict-origin-when-cross-origin";
    video.classList.add("playing");
    video.prepend(player);
    player.focus();
  });
}
