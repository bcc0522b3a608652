#pragma once
#include "vision/link/eyes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::fakes {

// Eyes of which a test says what they see.
class SaidEyes final : public vision::Eyes {
public:
    class Handle final : public vision::Watching {
    public:
        explicit Handle(SaidEyes& eyes) : eyes_(eyes) {}
        ~Handle() override { eyes_.say = {}; }

    private:
        SaidEyes& eyes_;
    };

    std::unique_ptr<vision::Watching> watch(vision::Watch wanted, vision::Observer observer) override
    {
        watched = std::move(wanted);
        say = std::move(observer);
        return std::make_unique<Handle>(*this);
    }
    void trigger(const std::string& camera, std::chrono::milliseconds) override
    {
        triggered.push_back(camera);
    }
    asio::awaitable<base::Result<void>> relearn(std::string) override { co_return base::Errc::unavailable; }
    asio::awaitable<base::Result<vision::Answer>> ask(vision::Question question, std::string order,
                                                      std::string, std::chrono::milliseconds) override
    {
        asked.emplace_back(question, std::move(order));
        co_return answer;
    }
    [[nodiscard]] vision::EyesStatus status() const override { return {}; }

    std::optional<vision::Watch> watched;
    vision::Observer say; // empty: nobody watches
    std::vector<std::string> triggered;
    std::vector<std::pair<vision::Question, std::string>> asked;
    base::Result<vision::Answer> answer{base::Errc::unavailable};
};

} // namespace gatehouse::fakes
