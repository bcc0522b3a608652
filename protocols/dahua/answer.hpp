#pragma once
#include "gateway/base/errc.hpp"

#include <string>
#include <string_view>

namespace gatehouse::dahua {

// What an answer means, in the few kinds we act upon.
enum class Verdict { ok, refused, forbidden, unknown_there, busy, garbled };

// How a device answered one request; `error` when there was no answer at all.
struct Answer {
    base::error_code error;
    Verdict verdict = Verdict::ok;
    std::string text; // one plain sentence when the verdict is not ok; a refusal in both languages
    std::string code; // the device's own word or number for it
    std::string body;
    [[nodiscard]] bool ok() const { return !error && verdict == Verdict::ok; }
    // One plain sentence why it is not ok.
    [[nodiscard]] std::string why() const;
};

// Reads the answer of a CGI (sheet §1): 400 says "refused", also for what the firmware does not know. total.
[[nodiscard]] Answer judge(unsigned status, std::string body);
[[nodiscard]] Answer failed(base::error_code error);
// A request that was answered well, with something we cannot read.
[[nodiscard]] Answer garbled(std::string text);

} // namespace gatehouse::dahua
