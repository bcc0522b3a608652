#include "tests/fakes/made_certificate.hpp"
#include "tests/process/gateway.hpp"
#include "tests/process/until.hpp"

#include <gtest/gtest.h>

namespace gatehouse::proof {
namespace {

constexpr int bad_configuration = 78;

// A gateway whose console is for the network and not for this machine alone.
class Tls : public testing::Test {
protected:
    // `more`: further lines of [api].
    void configure(const std::string& more)
    {
        gateway.configure("");
        auto text = gateway.config_text();
        const auto own = "listen = \"127.0.0.1:" + std::to_string(gateway.api_port()) + "\"";
        const auto all = "listen = \"0.0.0.0:" + std::to_string(gateway.api_port()) + "\"\n" + more;
        text.replace(text.find(own), own.size(), all);
        gateway.write_config(text);
    }
    [[nodiscard]] std::string shown() const { return https_get(gateway.api_port(), "/readyz").fingerprint; }
    [[nodiscard]] std::string file(const std::string& name) const { return gateway.data_dir + "/" + name; }

    Scratch scratch;
    Gateway gateway{scratch, free_port(), free_port()};
};

TEST_F(Tls, IsAskedForWhereTheNetworkIsServed)
{
    configure("");
    gateway.launch();
    EXPECT_EQ(gateway.process().wait(10s), bad_configuration);
    EXPECT_NE(read_text(gateway.log_file()).find("tls"), std::string::npos) << read_text(gateway.log_file());
}

TEST_F(Tls, IsServedWithACertificateOfItsOwnThatIsReplacedWithoutARestart)
{
    configure("tls = \"self-signed\"\n");
    gateway.launch();
    ASSERT_TRUE(until([&] { return http_get(gateway.socket(), "/readyz").status == 200; }, 10s))
        << read_text(gateway.log_file());
    const auto secure = https_get(gateway.api_port(), "/readyz");
    EXPECT_EQ(secure.answer.status, 200);
    EXPECT_NE(secure.answer.head.find("Strict-Transport-Security"), std::string::npos);
    EXPECT_EQ(https_get(gateway.api_port(), "/api/v1/status").answer.status, 401) << "nobody is logged in";
    EXPECT_EQ(http_get(gateway.api_port(), "/api/v1/status").status, 400) << "in clear nothing is served";
    EXPECT_NE(read_text(gateway.log_file()).find(secure.fingerprint), std::string::npos)
        << "whoever stands before the browser's warning can compare";
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file("api-key.pem")).permissions(),
              perms::owner_read | perms::owner_write);
    fakes::make_certificate("gate.example", file("api-certificate.pem"), file("api-key.pem"));
    EXPECT_TRUE(until([&] { return shown() != secure.fingerprint && !shown().empty(); }, 60s));
    EXPECT_TRUE(gateway.process().running());
    EXPECT_EQ(https_get(gateway.api_port(), "/readyz").answer.status, 200);
}

} // namespace
} // namespace gatehouse::proof
