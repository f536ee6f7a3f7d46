// The browser of the machine; none is ever downloaded.
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
