// A gateway with a million passages behind it: what happens when a link is lost, and what somebody finds.
import { after, before } from 'node:test';
import { fillJournal, searchFlows } from './flows/search.mjs';
import { linkFlows } from './flows/link_loss.mjs';
import { Stage } from './stage.mjs';

const stage = new Stage();
before(async () => {
  await stage.start();
  await fillJournal(stage);
  await stage.firstAccount();
});
after(() => stage.stop());

linkFlows(stage); // while the index still reads the journal
searchFlows(stage);
