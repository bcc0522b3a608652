#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/notify/channel.hpp"
#include "protocols/smtp/mail.hpp"

#include <string>

namespace gatehouse::smtp {

// The keys of one [[notify]] with protocol = "smtp"; the README lists them.
struct Config {
    base::Target target;  // tls: from the first byte (smtps); otherwise STARTTLS before anything else
    std::string username; // empty: the server asks for none
    base::Secret password;
    Envelope envelope;
};

// Reads the table, reporting every issue through it.
[[nodiscard]] Config read_config(config::Table& table);

} // namespace gatehouse::smtp
