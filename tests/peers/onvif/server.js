// A camera made of the answers that the `onvif` package keeps for its own tests, recorded at devices of other makers.
//   node server.js PORT
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const dot = require('dot');

dot.templateSettings.strip = false;
dot.log = false;
const answers = path.join(path.dirname(require.resolve('onvif/package.json')), 'test', 'serverMockup');
const port = Number(process.argv[2]);
const own = { hostname: '127.0.0.1', port, pullPointUrl: '/onvif/subscription?Idx=6' };

function answerTo(envelope) {
    const [, name, attributes] = envelope.match(/<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)([^>]*)/) || [];
    const service = ((attributes || '').match(/ver\d+\/(\w+)\/wsdl/) || [])[1];
    const file = [`${service}.${name}.xml`, `${name}.xml`]
        .map((one) => path.join(answers, one))
        .find((one) => name && fs.existsSync(one));
    if (!file) return { status: 500, xml: fs.readFileSync(path.join(answers, 'Error.xml'), 'utf8') };
    return { status: 200, xml: dot.template(fs.readFileSync(file, 'utf8'))(own) };
}

http.createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
        const { status, xml } = answerTo(Buffer.concat(pieces).toString('utf8'));
        response.writeHead(status, { 'Content-Type': 'application/soap+xml; charset=utf-8' });
        response.end(xml);
    });
}).listen(port, '127.0.0.1', () => console.log('ready'));
