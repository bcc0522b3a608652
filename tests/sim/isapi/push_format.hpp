#pragma once
#include "tests/sim/isapi/hosts.hpp"
#include "tests/sim/isapi/payload.hpp"

#include <boost/asio/buffer.hpp>

#include <string>
#include <vector>

namespace gatehouse::sim::isapi {

// One HTTP request of a push, ready for a gathered write: pictures are shared, never copied.
class PushRequest {
public:
    // `with_pictures` false: the first of two posts with the same UUID.
    PushRequest(const Host& host, const Payload& payload, const Switches& switches, bool with_pictures,
                bool keep_alive);

    // Valid as long as this object lives and stays where it is.
    [[nodiscard]] std::vector<boost::asio::const_buffer> buffers() const;
    // The same bytes in one piece, for tests.
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::shared_ptr<const std::string>> pieces_;
};

} // namespace gatehouse::sim::isapi
