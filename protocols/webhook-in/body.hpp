#pragma once
#include "protocols/webhook-in/pointer.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::webhook_in {

using Document = std::shared_ptr<const json::value>;

enum class Format { automatic, json, form };

// What a device posted: where to, and the document in it. A form is an object of texts.
struct Post {
    std::string url; // what follows /push/{device-id}, without a query: "/heartbeat", or empty
    Document body;   // never null
};

struct ReadBody {
    Document value;
    std::string why; // when there is none: one plain sentence, nothing of the body in it
};

// Bytes in UTF-8 or GB18030. automatic: JSON when it looks like it, whatever the content type says. total.
[[nodiscard]] ReadBody read_body(std::string_view bytes, std::string_view content_type, Format format);
// "a=1&b=2" of a form or a query, but for the field `left_out`. Never null. total.
[[nodiscard]] Document read_form(std::string_view text, std::string_view left_out = {});

// A recording, or any file of bodies: our own capture ("# POST /url" before each), JSON documents one after
// another, one form, or a whole HTTP request. total.
struct Recording {
    std::vector<Post> posts;
    std::string flaw; // what could not be read behind them, or empty
};
[[nodiscard]] Recording read_recording(std::string_view bytes, Format format);

} // namespace gatehouse::webhook_in
