#include "gateway/model/plate_grammar.hpp"

#include "gateway/base/random.hpp"
#include "gateway/model/look_alike.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlateGrammar, KnowsEveryKindOfPlate)
{
    const std::vector<std::pair<const char*, PlateKind>> known{
        {"沪A12345", PlateKind::ordinary},    {"京AB123C", PlateKind::ordinary},
        {"沪AD12345", PlateKind::new_energy}, {"沪AFB1234", PlateKind::new_energy},
        {"沪A12345D", PlateKind::new_energy}, {"沪A12345F", PlateKind::new_energy},
        {"沪A1234警", PlateKind::police},     {"沪A1234学", PlateKind::learner},
        {"沪A1234挂", PlateKind::trailer},    {"沪A1234领", PlateKind::consulate},
        {"沪12345领", PlateKind::consulate},  {"使123456", PlateKind::embassy},
        {"123456使", PlateKind::embassy},     {"粤Z1234港", PlateKind::hong_kong},
        {"粤Z1234澳", PlateKind::macau},      {"沪A1234临", PlateKind::temporary},
        {"沪A12345临", PlateKind::temporary}, {"沪A1234试", PlateKind::temporary},
        {"沪X1234应急", PlateKind::rescue},   {"VA12345", PlateKind::military},
        {"军A12345", PlateKind::military},    {"WJ京1234X", PlateKind::armed_police},
        {"WJ12345", PlateKind::armed_police},
    };
    for (const auto& [plate, kind] : known)
        EXPECT_EQ(plate_kind(plate), kind) << plate;
}

TEST(PlateGrammar, RefusesWhatCannotStandOnAPlate)
{
    for (const auto* wrong :
         {"",         "沪",       "沪A1234",   "沪A123456",  "沪AO2345",  "沪A1I345",  "沪I12345",
          "沪112345", "A12345",   "AD12345X",  "沪AX12345",  "沪AD1234X", "沪A1234D5", "沪A1234港",
          "沪A123警", "使12345A", "京京12345", "沪A12345警", "沪A1234应", "VAA2345"})
        EXPECT_FALSE(plate_kind(wrong).has_value()) << wrong;
}

TEST(PlateGrammar, HasAnAnswerForAnyBytes)
{
    base::Random random(3);
    constexpr std::string_view letters = "A1OI警沪使WJ\xff\xe6港应急";
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto n = random.next() % 12; n > 0; --n)
            text += letters[random.next() % letters.size()];
        std::string together;
        for (const auto character : characters_of(text))
            together += character;
        ASSERT_EQ(together, text);
        (void)plate_kind(text); // only that it answers
        ASSERT_EQ(look_alike_key(look_alike_key(text)), look_alike_key(text));
        for (const auto& misread : misreads_of(text))
            ASSERT_EQ(look_alike_key(misread), look_alike_key(text));
    }
}

TEST(LookAlike, PutsTogetherWhatIsTakenForOneAnother)
{
    EXPECT_EQ(look_alike_key("沪AO1B25"), look_alike_key("沪AQI8ZS"));
    EXPECT_EQ(look_alike_key("琼A12345"), look_alike_key("京A12345"));
    EXPECT_NE(look_alike_key("沪A12345"), look_alike_key("沪A12346"));
    EXPECT_NE(look_alike_key("沪A1234警"), look_alike_key("沪A1234学"));
    EXPECT_THAT(differing("沪A12345", "京A1234S"), ElementsAre(0U, 6U));
    EXPECT_THAT(differing("沪A12345", "沪A12345"), IsEmpty());
}

TEST(LookAlike, NamesTheMisreadsThatCannotBePlatesThemselves)
{
    EXPECT_THAT(misreads_of("沪A12305"), ElementsAre("沪AI2305", "沪A123O5"));
    EXPECT_THAT(misreads_of("沪A33346"), IsEmpty());
    EXPECT_THAT(misreads_of("沪AD12345"), testing::Contains("沪A012345"));
}

} // namespace
} // namespace gatehouse::model
