#include "protocols/net/post_box.hpp"

#include "gateway/base/timeout.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>

namespace gatehouse::net {
namespace {

HttpClientOptions client_options(const PostBoxOptions& options)
{
    HttpClientOptions made;
    made.target = options.address.target;
    made.connect_timeout = options.connect_timeout;
    made.request_timeout = options.timeout;
    return made;
}

} // namespace

base::Result<PostAddress> parse_post_address(std::string_view url)
{
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(url.data(), url.size()));
    const bool good = parsed && parsed->scheme() == "https" && !parsed->host().empty() &&
                      !parsed->has_userinfo() && !parsed->has_fragment();
    if (!good) return base::Errc::bad_input;
    PostAddress address;
    address.target.tls = true;
    address.target.host = parsed->host_address();
    address.target.port = parsed->has_port() ? parsed->port_number() : 443;
    const auto path = parsed->encoded_resource();
    std::string text(path.data(), path.size());
    if (!text.starts_with('/')) text.insert(0, "/");
    address.path = base::Secret(std::move(text));
    return address;
}

std::string percent_encoded(std::string_view text)
{
    return boost::urls::encode(boost::urls::string_view(text.data(), text.size()),
                               boost::urls::unreserved_chars);
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> PostBox::Watch::connect(base::Target target)
{
    auto stream = co_await connector_.connect(std::move(target));
    connected = stream.has_value();
    co_return stream;
}

PostBox::PostBox(base::Connector& connector, base::Clock& clock, base::Random& random, PostBoxOptions options)
    : watch_(connector), clock_(clock), options_(std::move(options)),
      client_(watch_, clock, random, client_options(options_))
{
}

asio::awaitable<Posted> PostBox::post(std::string body, std::string content_type, HttpHeaders headers,
                                      std::string query)
{
    HttpRequest request;
    request.method = "POST";
    request.target = options_.address.path.expose() + query;
    request.body = std::move(body);
    request.content_type = std::move(content_type);
    request.headers = std::move(headers);
    watch_.connected = false;
    auto work = exchange(std::move(request));
    auto answer = co_await base::with_timeout(clock_, options_.timeout, std::move(work));
    if (answer) co_return std::move(*answer);
    Posted lost;
    const bool not_allowed = answer.error() == base::Errc::unauthorised;
    if (watch_.connected && not_allowed) {
        // The client has no password to answer a challenge with; the answer itself is known.
        lost.fate = Posted::Fate::answered;
        lost.status = 401;
        co_return lost;
    }
    lost.fate = watch_.connected ? Posted::Fate::maybe_sent : Posted::Fate::not_sent;
    lost.why =
        not_allowed ? "its name leads to an address of this box or its link" : answer.error().message();
    co_return lost;
}

asio::awaitable<base::Result<Posted>> PostBox::exchange(HttpRequest request)
{
    const auto stream = co_await client_.open_stream(std::move(request));
    if (!stream) co_return stream.error();
    Posted posted;
    posted.fate = Posted::Fate::answered;
    posted.status = (*stream)->status();
    posted.headers = (*stream)->headers();
    std::vector<std::byte> chunk(options_.answer_max);
    while (posted.body.size() < options_.answer_max) {
        const auto room = std::span(chunk).first(options_.answer_max - posted.body.size());
        const auto size = co_await (*stream)->read_some(room);
        // An answer cut short has its status all the same.
        if (!size) break;
        posted.body.append(reinterpret_cast<const char*>(chunk.data()), *size);
    }
    co_return posted;
}

} // namespace gatehouse::net
