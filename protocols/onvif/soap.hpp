#pragma once
#include "protocols/onvif/xml.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::onvif {

// How we say who we are inside a message (WS-Security UsernameToken, sheet §3).
struct Token {
    std::string username;
    std::string digest;  // Base64(SHA-1(nonce + created + password))
    std::string nonce;   // Base64 of 16 bytes; a Hikvision model refuses longer ones
    std::string created; // YYYY-MM-DDThh:mm:ssZ by the device's clock, without fraction for the same reason
};

// One request before it is an envelope.
struct Message {
    std::string action;    // full URI; also for the Content-Type
    std::string body;      // the element inside Body, with its namespaces declared
    std::string to;        // wsa:To; empty: no addressing headers at all
    std::string id;        // wsa:MessageID with `to`
    std::string reference; // ReferenceParameters, copied as headers
};

[[nodiscard]] std::string envelope(const Message& message, const std::optional<Token>& token);

// Why a device did not do what was asked.
struct Fault {
    std::string code;   // innermost subcode, local name: NotAuthorized
    std::string reason; // the device's own words
};
// Whether it means: wrong user, wrong password, or (to some devices) a wrong time in the token.
[[nodiscard]] bool is_refused_login(const Fault& fault);
// One plain sentence with what to do, in English and Chinese, and the device's own words.
[[nodiscard]] std::string explain(const Fault& fault);

// An answer: what stands in its Body, or a fault.
struct Reply {
    Document document;
    pugi::xml_node body; // the first element inside Body; null when there is none
    std::optional<Fault> fault;
    void load(std::string_view bytes);
    [[nodiscard]] bool readable() const { return document.flaw == Flaw::none && body; }
};

} // namespace gatehouse::onvif
