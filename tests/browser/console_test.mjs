// The console in a browser, against a real gateway with a simulated estate: as people use it, in this order.
import { after, before } from 'node:test';
import { firstStart } from './flows/first_start.mjs';
import { guardFlows } from './flows/guard.mjs';
import { keyboardFlows } from './flows/keyboard.mjs';
import { languageFlows } from './flows/languages.mjs';
import { roleFlows } from './flows/roles.mjs';
import { Stage } from './stage.mjs';

const stage = new Stage();
before(() => stage.start());
after(() => stage.stop());

firstStart(stage);
languageFlows(stage);
roleFlows(stage);
guardFlows(stage);
keyboardFlows(stage);
