#pragma once
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/value.hpp>

#include <array>
#include <string_view>

namespace gatehouse::wire {

// A JSON document and the memory in which all of it lies: it is read once and goes away as a whole, since
// value by value that costs as much as reading it. Codecs make a shared one and give out pointers to the
// parts of it that they read.
class JsonDocument {
public:
    JsonDocument() : memory_(first_.data(), first_.size()), root(&memory_) {}
    JsonDocument(const JsonDocument&) = delete;
    JsonDocument& operator=(const JsonDocument&) = delete;

    // Reads the document at the front of a text in UTF-8. How many bytes it has, with the blanks behind it;
    // with an error, how many were read until then. total.
    std::size_t parse(std::string_view text, const boost::json::parse_options& options,
                      boost::system::error_code& why);

private:
    std::array<unsigned char, 4096> first_; // NOLINT: enough for most messages, and written before it is read
    boost::json::monotonic_resource memory_;

public:
    boost::json::value root; // what is put into it lies in this memory too
};

} // namespace gatehouse::wire
