#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::model {

// Appends JSON to a string. The caller keeps the order of calls right (key before value inside an object);
// commas are put by the writer. Text must be UTF-8; bytes that are not are replaced by U+FFFD, so the output
// is always valid JSON.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
    JsonWriter& value(std::uint64_t number);
    // Shortest text that reads back as the same number; not-a-number and infinities become null.
    JsonWriter& value(double number);
    JsonWriter& value(bool flag);
    JsonWriter& null();
    // Text that already is JSON.
    JsonWriter& raw(std::string_view json);

    template <class T>
    JsonWriter& member(std::string_view name, const T& what)
    {
        return key(name).value(what);
    }
    // Left out when empty.
    JsonWriter& member_if(std::string_view name, std::string_view text)
    {
        return text.empty() ? *this : member(name, text);
    }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string& out_;
    bool first_ = true;
};

} // namespace gatehouse::model
