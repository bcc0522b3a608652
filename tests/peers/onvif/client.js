// The `onvif` package as a client of one device: says in a line each what it understood.
//   node client.js PORT PASSWORD       ends with the second event
'use strict';
const { Cam } = require('onvif');

const [port, password] = process.argv.slice(2);
const say = (...words) => console.log(words.join(' '));
const asked = (device, name) =>
    new Promise((done, failed) => device[name]((error, answer) => (error ? failed(error) : done(answer))));

const device = new Cam({ hostname: '127.0.0.1', port, username: 'admin', password, timeout: 5000 }, async (error) => {
    if (error) {
        say('refused', error.message);
        process.exit(1);
    }
    const { manufacturer, model, serialNumber } = await asked(device, 'getDeviceInformation');
    say('device', manufacturer, model, serialNumber);
    const drift = Math.round((device.timeShift + process.uptime() * 1000 - Date.now()) / 1000);
    say('clock', Math.abs(drift) <= 1 ? 'right' : drift);
    say('services', Object.keys(device.uri).sort().join(','));
    if (device.uri.media) {
        say('stream', (await asked(device, 'getStreamUri')).uri);
        say('snapshot', (await asked(device, 'getSnapshotUri')).uri);
    }
    const topics = (await asked(device, 'getEventProperties')).topicSet;
    say('topics', Object.keys(topics).filter((name) => name !== '$').sort().join(','));
    let events = 0;
    device.on('eventsError', (failure) => say('events', failure.message));
    device.on('event', ({ topic, message }) => {
        const items = [].concat(message.message.data.simpleItem).map(({ $ }) => `${$.Name}=${$.Value}`);
        say('event', topic._, message.message.$.PropertyOperation || '-', ...items);
        if (++events === 2) process.exit(0);
    });
    say('listening');
});
