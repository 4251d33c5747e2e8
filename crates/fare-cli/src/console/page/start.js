// The stories of the demonstration, a button each.

import { post } from './ask.js';
import { byId, element, say } from './dom.js';

/** Shows the buttons; `opened` is called with the fare that one of them started. */
export function stories({ stories: all, noStories }, opened) {
  byId('no-stories').hidden = noStories === null;
  say(byId('no-stories'), noStories ?? '');
  byId('stories').replaceChildren(...all.map((story) => element('li', {}, button(story, noStories !== null, opened))));
}

function button({ name, sentence }, disabled, opened) {
  const play = async ({ currentTarget }) => {
    currentTarget.disabled = true;
    try {
      const { fareId } = await post(`/api/stories/${encodeURIComponent(name)}`);
      opened(fareId);
    } catch (error) {
      byId('no-stories').hidden = false;
      say(byId('no-stories'), `Not started: ${error.message}`);
    } finally {
      currentTarget.disabled = false;
    }
  };
  const words = [element('strong', {}, name), element('span', {}, sentence)];
  return element('button', { type: 'button', class: 'story', 'data-story': name, disabled, onclick: play }, ...words);
}
