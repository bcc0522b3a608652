// The id of one press of a button: it makes an order happen once, however often the browser has to send it. Without
// TLS a browser has no randomUUID; the time and a random number are as unlike any other.
export const newPressId = (): string => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
