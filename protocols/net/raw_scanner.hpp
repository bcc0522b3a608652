#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::net {

// Finds the end of one XML or JSON document in a stream of bytes without HTTP around it, so that its receiver
// need not wait for the peer to hang up (isapi.md §5: doorbells send raw XML on TCP). total; keeps no more
// than its state.
class RawScanner {
public:
    enum class Kind { xml, json };
    explicit RawScanner(Kind kind) : kind_(kind) {}

    // How many of the next bytes belong to the document: all of them until done().
    std::size_t feed(std::string_view bytes);
    [[nodiscard]] bool done() const { return done_; }

private:
    // How far into a JSON text under one reading of its bytes.
    struct Json {
        int depth = 0;
        bool quoted = false;
        bool escaped = false;
        bool done = false;
        void take(char c);
    };
    enum class In { text, opening, element, closing, instruction, bang, comment, cdata, declaration };
    void feed_json(char c);
    void follow_utf8(unsigned char byte);
    void feed_xml(char c);
    void feed_element(char c);
    void feed_bang(char c);
    void leave_element();

    Kind kind_;
    In in_ = In::text;
    bool done_ = false;
    // Firmware writes UTF-8 or GB18030 and does not say which. The second byte of a GB18030 character may be
    // a backslash or a brace, so both readings are followed until the bytes show that they are no UTF-8.
    Json utf8_, gb18030_;
    int utf8_rest_ = 0;      // bytes that the character still needs
    bool is_utf8_ = true;    // so far
    bool gb_second_ = false; // the next byte is the second of a GB18030 character, if it can be one
    int depth_ = 0;
    char quote_ = '\0';  // inside this kind of quotes
    std::string bang_;   // what followed "<!", at most 7 bytes
    char before_ = '\0'; // the byte before this one
    char before_that_ = '\0';
};

} // namespace gatehouse::net
