// Paho C 1.3.12 keeps what was queued for a client when the client is destroyed in the middle of it, a few
// hundred bytes each; nothing of ours is on those stacks.
extern "C" const char* __lsan_default_suppressions(); // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions()  // NOLINT(bugprone-reserved-identifier)
{
    return "leak:libpaho-mqtt3as\n";
}
