#pragma once
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::isapi {

// Makes a recording fit to be handed over as a sample (pains 13): plates, names, cards, employee numbers,
// serial numbers, addresses of network cards, passwords and log-in headers become pseudonyms, pictures become
// blank. The same value always becomes the same pseudonym, of the same length and kind of characters, and
// nothing else changes: framing, announced lengths and the device's mistakes stay, so a replay tells the same
// events.
class Redactor {
public:
    // total: any bytes.
    [[nodiscard]] std::string redact(std::string bytes);

private:
    void blank_pictures(std::string& bytes) const;
    void blank_login_headers(std::string& bytes) const;
    void redact_fields(std::string& bytes);
    void redact_xml(std::string& bytes, std::size_t& at);
    void redact_json(std::string& bytes, std::size_t& at);
    void replace(std::string& bytes, std::size_t from, std::size_t to, std::string_view field);
    [[nodiscard]] std::string pseudonym(std::string_view value, std::string_view field);

    std::map<std::string, std::size_t> numbers_; // by value; each value's own number
};

} // namespace gatehouse::isapi
