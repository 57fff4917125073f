#include "ui/widgets/bars.h"
#include "ui/widgets/controls.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/shapes.h"
#include "ui/widgets/style.h"
#include "ui/widgets/theme.h"
#include "ui/window/sidebar.h"

#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QGraphicsEffect>
#include <QPainter>
#include <QProxyStyle>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStyleFactory>
#include <QStyleOptionTab>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include <array>
#include <cmath>

using namespace qcc;
using namespace Qt::StringLiterals;

namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

/// What eyes without one kind of cone see. Source: Machado, Oliveira, Fernandes, 2009, severity 1.
struct Eye {
    const char *name;
    Matrix sees;
};
constexpr std::array eyes{
    Eye{"normal", {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}},
    Eye{"protan", {{{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}}}},
    Eye{"deutan", {{{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.01182, .04294, .968881}}}},
    Eye{"tritan", {{{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .3039}}}},
};

std::array<double, 3> multiplied(const Matrix &matrix, const std::array<double, 3> &vector)
{
    std::array<double, 3> product{};
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column)
            product[row] += matrix[row][column] * vector[column];
    }
    return product;
}

/// Source: CIE 15, with the white of sRGB.
std::array<double, 3> labOf(QRgb colour, const Matrix &sees)
{
    const auto linear = [](int channel) {
        const double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    std::array<double, 3> seen = multiplied(sees, {linear(qRed(colour)), linear(qGreen(colour)), linear(qBlue(colour))});
    for (double &channel : seen)
        channel = std::clamp(channel, 0.0, 1.0);
    const auto xyz = multiplied({{{.4124 / .9505, .3576 / .9505, .1805 / .9505}, {.2126, .7152, .0722}, {.0193 / 1.089, .1192 / 1.089, .9505 / 1.089}}}, seen);
    const auto f = [](double t) { return t > .008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
    return {116 * f(xyz[1]) - 16, 500 * (f(xyz[0]) - f(xyz[1])), 200 * (f(xyz[1]) - f(xyz[2]))};
}

double difference(QRgb one, QRgb other, const Eye &eye)
{
    const auto a = labOf(one, eye.sees), b = labOf(other, eye.sees);
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

QList<QRgb> surfacesOf(const tokens::Shades &shades)
{
    return {shades.surface.sidebar, shades.surface.page, shades.surface.raised, shades.fill.selected, shades.fill.hover, shades.accent.soft};
}

double least(QRgb ink, const QList<QRgb> &grounds)
{
    double lowest = 21;
    for (const QRgb ground : grounds)
        lowest = std::min(lowest, contrast(QColor(ink), QColor(ground)));
    return lowest;
}

QImage shotOf(QWidget &widget)
{
    widget.ensurePolished();
    widget.resize(widget.sizeHint());
    return widget.grab().toImage();
}

bool holds(const QImage &image, const QColor &colour)
{
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) == colour)
                return true;
        }
    }
    return false;
}

/// A desktop that asks for motion, or for none.
class MovingStyle : public QProxyStyle
{
public:
    explicit MovingStyle(bool moves) : QProxyStyle(u"fusion"_s), m_moves(moves) { }

    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *answer) const override
    {
        return hint == SH_Widget_Animation_Duration ? (m_moves ? 200 : 0) : QProxyStyle::styleHint(hint, option, widget, answer);
    }

private:
    const bool m_moves;
};

/// Calls itself as a platform's style does, and keeps the tabs that it is asked to draw.
class NamedStyle : public QProxyStyle
{
public:
    explicit NamedStyle(const QString &name) : QProxyStyle(u"fusion"_s) { setObjectName(name); }

    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override
    {
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option); tab && element == CE_TabBarTab)
            drawn.insert(tab->text, *tab);
        QProxyStyle::drawControl(element, option, painter, widget);
    }

    mutable QHash<QString, QStyleOptionTab> drawn;
};

/// As themes for people who see little have them: one surface, and little else.
QPalette strongPalette(const QColor &window, const QColor &text, const QColor &chosen, const QColor &onChosen)
{
    QPalette palette(text, window, text, text, text, text, text, window, window);
    palette.setColor(QPalette::Highlight, chosen);
    palette.setColor(QPalette::HighlightedText, onChosen);
    return palette;
}

class LookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { applyTheme(Theme::System); }

    void wordsCanBeRead_data() { themes(); }
    void wordsCanBeRead()
    {
        QFETCH(bool, dark);
        const tokens::Shades &shades = dark ? tokens::dark : tokens::light;
        const QList<QRgb> surfaces = surfacesOf(shades);
        for (const QRgb text : {shades.text.first, shades.text.second, shades.text.third})
            QVERIFY2(least(text, surfaces) >= 4.5, qPrintable(QColor(text).name()));
        QVERIFY(least(shades.accent.text, surfaces.first(3) + QList{shades.accent.soft}) >= 4.5);
        QVERIFY(least(shades.accent.on, {shades.accent.fill}) >= 4.5);
        QVERIFY(least(shades.accent.fill, surfaces.first(3)) >= 3);
        for (const tokens::State &state : {shades.good, shades.warn, shades.bad, shades.info, shades.idle}) {
            QVERIFY2(least(state.text, surfaces + QList{state.soft}) >= 4.5, qPrintable(QColor(state.text).name()));
            QVERIFY2(least(state.mark, surfaces) >= 3, qPrintable(QColor(state.mark).name()));
        }
    }

    void barsCanBeSeenAndToldApart_data() { themes(); }
    void barsCanBeSeenAndToldApart()
    {
        QFETCH(bool, dark);
        const tokens::Shades &shades = dark ? tokens::dark : tokens::light;
        const QList<QRgb> grounds{shades.surface.page, shades.surface.raised};
        const auto &series = shades.series;
        for (const QRgb bar : {series.complete, series.recovered, series.truncated, series.error, series.other, series.ink})
            QVERIFY2(least(bar, grounds) >= 3, qPrintable(QColor(bar).name()));
        const auto &phase = shades.phase;
        for (const QRgb bar : {phase.queue, phase.setup, phase.tls, phase.waiting, phase.streaming})
            QVERIFY2(least(bar, grounds) >= 3, qPrintable(QColor(bar).name()));
        for (const Eye &eye : eyes) {
            QVERIFY2(difference(series.complete, series.recovered, eye) >= 15, eye.name);
            QVERIFY2(difference(series.error, series.truncated, eye) >= 15, eye.name);
        }
    }

    void theThemeIsTheLook_data() { themes(); }
    void theThemeIsTheLook()
    {
        QFETCH(bool, dark);
        applyTheme(dark ? Theme::Dark : Theme::Light);
        QVERIFY(hasOwnStyle());
        const tokens::Shades &shades = dark ? tokens::dark : tokens::light;
        const QPalette palette = QApplication::palette();
        QCOMPARE(palette.color(QPalette::Window), QColor(shades.surface.page));
        QCOMPARE(palette.color(QPalette::Base), QColor(shades.surface.raised));
        QCOMPARE(coloursOf(palette).sidebar, QColor(shades.surface.sidebar));
        QCOMPARE(coloursOf(palette).of(Meaning::Failure).mark, QColor(shades.bad.mark));
        QCOMPARE(isDark(palette), dark);
    }

    /// What a desktop's palette says goes before what the tokens say, and can be read all the same.
    void aStyleOfThePlatformKeepsItsColours()
    {
        QApplication::setStyle(u"fusion"_s);
        QVERIFY(!hasOwnStyle());
        QPalette green(QColor(0x20, 0x60, 0x40), QColor(0xe0, 0xf0, 0xe0));
        green.setColor(QPalette::Base, QColor(0xf8, 0xff, 0xf8));
        green.setColor(QPalette::Highlight, QColor(0xd0, 0x20, 0xa0));
        const Colours colours = coloursOf(green);
        QCOMPARE(colours.page, green.color(QPalette::Window));
        QCOMPARE(colours.raised, green.color(QPalette::Base));
        QCOMPARE(colours.accent, green.color(QPalette::Highlight));
        for (const QColor &ink : {colours.text2, colours.text3, colours.accentText, colours.of(Meaning::Success).text, colours.of(Meaning::Failure).text}) {
            QVERIFY2(contrast(ink, colours.page) >= 4.5, qPrintable(ink.name()));
            QVERIFY2(contrast(ink, colours.raised) >= 4.5, qPrintable(ink.name()));
        }
    }

    void controlsOfALineAreOfOneHeight()
    {
        applyTheme(Theme::Light);
        QPushButton button(u"Test"_s);
        QLineEdit field;
        QComboBox box;
        box.addItem(u"In turn"_s);
        QSpinBox number;
        for (QWidget *control : {static_cast<QWidget *>(&button), static_cast<QWidget *>(&field), static_cast<QWidget *>(&box), static_cast<QWidget *>(&number)}) {
            control->ensurePolished();
            QCOMPARE(control->sizeHint().height(), button.sizeHint().height());
            QVERIFY(control->sizeHint().height() >= tokens::size::control);
        }
    }

    void theWordsOfABoxFitIntoIt()
    {
        applyTheme(Theme::Light);
        QComboBox box;
        box.addItem(u"In order of priority"_s);
        box.ensurePolished();
        box.resize(box.sizeHint());
        QStyleOptionComboBox option;
        option.initFrom(&box);
        const QRect room = box.style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &box);
        QVERIFY(room.width() >= box.fontMetrics().horizontalAdvance(box.currentText()) + 2);
    }

    void onlyThePrimaryButtonIsInTheAccent()
    {
        applyTheme(Theme::Light);
        const QColor accent(tokens::light.accent.fill);
        QPushButton plain(u"Test"_s), primary(u"Save"_s);
        primary.setDefault(true);
        QVERIFY(!holds(shotOf(plain), accent));
        QVERIFY(holds(shotOf(primary), accent));
        primary.setEnabled(false);
        QVERIFY(!holds(shotOf(primary), accent));
    }

    /// A tint: what stands on it keeps its own colours.
    void aChosenRowIsTinted()
    {
        applyTheme(Theme::Light);
        QListWidget list;
        list.addItems({u"one"_s, u"two"_s});
        list.setCurrentRow(0);
        const QImage image = shotOf(list);
        QVERIFY(holds(image, QColor(tokens::light.accent.soft)));
        QVERIFY(!holds(image, QColor(tokens::light.accent.fill)));
        QVERIFY(!isFilled(QStyle::State_Selected));
        QApplication::setStyle(u"fusion"_s);
        QVERIFY(isFilled(QStyle::State_Selected));
    }

    void aHeaderLeavesTheCornersOfItsCardRound()
    {
        applyTheme(Theme::Light);
        QWidget page;
        QPalette around = page.palette();
        around.setColor(QPalette::Window, Qt::magenta);
        page.setPalette(around);
        QTreeWidget table(&page);
        table.setHeaderLabels({u"Name"_s, u"State"_s});
        table.setGeometry(10, 10, 200, 120);
        page.resize(240, 160);
        page.show();
        const QImage seen = page.grab().toImage();
        for (const QPoint &corner : {QPoint(11, 11), QPoint(208, 11)})
            QCOMPARE(seen.pixelColor(corner), QColor(Qt::magenta));
        // Within it, it lies on the card, over a hairline.
        const Colours colours = coloursOf(table.palette());
        QCOMPARE(seen.pixelColor(110, 14), colours.raised);
        QCOMPARE(seen.pixelColor(110, 10 + table.frameWidth() + table.header()->height() - 1), colours.hairline);
        QVERIFY(table.header()->height() >= tokens::size::tableHeader);
    }

    void aBarToScrollByCanBeDragged()
    {
        applyTheme(Theme::Light);
        QScrollBar bar(Qt::Vertical);
        bar.setRange(0, 100);
        bar.setPageStep(25);
        bar.resize(tokens::size::scrollBar, 200);
        QStyleOptionSlider option;
        option.initFrom(&bar);
        option.orientation = Qt::Vertical;
        option.maximum = 100;
        option.pageStep = 25;
        const auto sliderAt = [&](int value) {
            option.sliderPosition = option.sliderValue = value;
            return bar.style()->subControlRect(QStyle::CC_ScrollBar, &option, QStyle::SC_ScrollBarSlider, &bar);
        };
        QCOMPARE(sliderAt(0), QRect(0, 0, tokens::size::scrollBar, 40));
        QCOMPARE(sliderAt(100).bottom(), 199);
        option.maximum = 1'000'000;
        QVERIFY(sliderAt(0).height() >= 24);
        option.maximum = 0;
        QCOMPARE(sliderAt(0).height(), 200);
    }

    void eachMeaningHasAShapeOfItsOwn()
    {
        QList<QImage> shapes;
        for (const Meaning meaning : {Meaning::Success, Meaning::Recovered, Meaning::Warning, Meaning::Failure, Meaning::Neutral}) {
            QImage image(12, 12, QImage::Format_ARGB32_Premultiplied);
            image.fill(Qt::white);
            {
                QPainter painter(&image);
                drawMark(painter, markOf(meaning), QRectF(0, 0, 12, 12), Qt::black);
            }
            QVERIFY(holds(image, Qt::black));
            QVERIFY(!shapes.contains(image));
            shapes << image;
        }
    }

    void aSwitchIsACheckBoxToAScreenReader()
    {
        Switch toggle;
        toggle.setAccessibleName(u"Proxy"_s);
        QAccessibleInterface *told = QAccessible::queryAccessibleInterface(&toggle);
        QVERIFY(told);
        QCOMPARE(told->role(), QAccessible::CheckBox);
        QVERIFY(!told->state().checked);
        told->actionInterface()->doAction(QAccessibleActionInterface::toggleAction());
        QVERIFY(toggle.isChecked());
        QVERIFY(told->state().checked);
        QTest::keyClick(&toggle, Qt::Key_Space);
        QVERIFY(!toggle.isChecked());
    }

    void aSwitchShowsHowItStands()
    {
        applyTheme(Theme::Light);
        Switch toggle;
        const QColor accent(tokens::light.accent.fill);
        QVERIFY(!holds(shotOf(toggle), accent));
        toggle.setChecked(true);
        QTRY_VERIFY(holds(shotOf(toggle), accent)); // it slides
        toggle.setEnabled(false);
        QVERIFY(!holds(shotOf(toggle), accent));
    }

    /// What nobody has seen otherwise does not slide.
    void aSwitchBeginsAtItsPlace()
    {
        applyTheme(Theme::Light);
        Switch toggle;
        toggle.setChecked(true);
        QVERIFY(holds(shotOf(toggle), QColor(tokens::light.accent.fill)));
    }

    void segmentsAreOneChoice()
    {
        Segments segments({u"1 h"_s, u"24 h"_s, u"7 d"_s});
        QSignalSpy chosen(&segments, &Segments::chosen);
        QCOMPARE(segments.current(), 0);
        segments.setCurrent(2);
        QCOMPARE(segments.current(), 2);
        QCOMPARE(chosen.count(), 0);
        segments.button(1)->click();
        QCOMPARE(chosen.count(), 1);
        QCOMPARE(chosen.first().first().toInt(), 1);
        segments.setChoices({u"1 小时"_s, u"24 小时"_s, u"7 天"_s});
        QCOMPARE(segments.current(), 1);
        segments.show();
        QVERIFY(QTest::qWaitForWindowActive(&segments));
        segments.button(1)->setFocus();
        QTest::keyClick(segments.button(1), Qt::Key_Right);
        QCOMPARE(segments.current(), 2);
        QCOMPARE(chosen.last().first().toInt(), 2);
        const int width = segments.sizeHint().width();
        segments.setCurrent(0);
        QCOMPARE(segments.sizeHint().width(), width);
    }

    void aChipTellsItsCount()
    {
        ChipButton chip(u"Errors"_s);
        QCOMPARE(QAccessible::queryAccessibleInterface(&chip)->text(QAccessible::Name), u"Errors"_s);
        chip.setMeaning(Meaning::Failure);
        const int bare = chip.sizeHint().width();
        chip.setCount(1974);
        QVERIFY(chip.sizeHint().width() > bare);
        QCOMPARE(chip.accessibleName(), u"Errors "_s + QLocale().toString(1974));
        const int off = chip.sizeHint().width();
        chip.setChecked(true);
        QCOMPARE(chip.sizeHint().width(), off);
    }

    void aChipMayHaveTheMarkOfWhatRuns()
    {
        ChipButton chip(u"Running"_s);
        const int bare = chip.sizeHint().width();
        chip.setMark(Mark::Play);
        QVERIFY(chip.sizeHint().width() > bare);
        chip.resize(chip.sizeHint());
        const QImage marked = chip.grab().toImage();
        chip.setMeaning(Meaning::Neutral);
        QVERIFY(chip.grab().toImage() != marked); // in another colour
        chip.setMeaning({});
        chip.setMark(Mark::Ring);
        QVERIFY(chip.grab().toImage() != marked);
    }

    void highContrastIsKnownByItsPalette_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::addColumn<bool>("high");
        const auto strong = [](const char *name, QRgb window, QRgb text, QRgb chosen, QRgb onChosen) { QTest::newRow(name) << strongPalette(window, text, chosen, onChosen) << true; };
        strong("Aquatic", 0xff202020, 0xffffffff, 0xff8ee3f0, 0xff263b50);
        strong("Desert", 0xfffffaef, 0xff3d3d3d, 0xff903909, 0xfffff5e3);
        strong("Dusk", 0xff2d3236, 0xffffffff, 0xffa1bfde, 0xff212d3b);
        strong("Night sky", 0xff000000, 0xffffffff, 0xffd6b4fd, 0xff2b2b2b);
        strong("Black", 0xff000000, 0xffffffff, 0xff1aebff, 0xff000000);
        strong("White", 0xffffffff, 0xff000000, 0xff37006e, 0xffffffff);
        strong("Breeze", 0xff000000, 0xffffffff, 0xff0d69af, 0xffffffff);
        QTest::newRow("light") << paletteOf(tokens::light) << false;
        QTest::newRow("dark") << paletteOf(tokens::dark) << false;
        QPalette lifted = paletteOf(tokens::light);
        lifted.setColor(QPalette::Window, lifted.color(QPalette::Base));
        QTest::newRow("light, on a card") << lifted << false;
        QTest::newRow("flat and light") << strongPalette(0xffffffff, 0xff222222, 0xff3584e4, 0xffffffff) << false;
        QTest::newRow("flat and dark") << strongPalette(0xff1e1e1e, 0xffeeeeee, 0xff3584e4, 0xffffffff) << false;
        QTest::newRow("Fusion") << std::unique_ptr<QStyle>(QStyleFactory::create(u"fusion"_s))->standardPalette() << false;
        QPalette plain(QColor(0xef, 0xef, 0xef), Qt::white);
        plain.setColor(QPalette::Base, Qt::white);
        QTest::newRow("black on white") << plain << false;
    }
    void highContrastIsKnownByItsPalette()
    {
        QFETCH(QPalette, palette);
        QFETCH(bool, high);
        QCOMPARE(isHighContrast(palette), high);
    }

    void highContrastTakesNothingButThePalette_data() { strongThemes(); }
    void highContrastTakesNothingButThePalette()
    {
        QFETCH(QPalette, palette);
        const QColor window = palette.color(QPalette::Window), text = palette.color(QPalette::WindowText);
        for (const bool own : {true, false}) {
            if (own)
                applyTheme(Theme::System);
            else
                QApplication::setStyle(u"fusion"_s);
            QCOMPARE(hasOwnStyle(), own);
            const Colours colours = coloursOf(palette);
            for (const QColor &surface : {colours.sidebar, colours.page, colours.raised, colours.track})
                QCOMPARE(surface, window);
            for (const QColor &ink : {colours.hairline, colours.text, colours.text2, colours.text3})
                QCOMPARE(ink, text);
            for (const Colours::State &state : colours.states) {
                QCOMPARE(state.mark, text);
                QCOMPARE(state.text, text);
            }
            // What is chosen can be told from what is not, and read.
            QVERIFY(contrast(colours.selected, window) >= 2);
            QVERIFY(contrast(text, colours.selected) >= 4.4);
            QVERIFY(contrast(text, colours.hover) >= 4.5);
            for (const QColor &bar : {colours.complete, colours.recovered, colours.other, colours.truncated, colours.error, colours.ink, colours.queue, colours.setup, colours.tls,
                                      colours.waiting, colours.streaming})
                QVERIFY2(contrast(bar, window) >= 3, qPrintable(bar.name()));
            QVERIFY(colours.complete != colours.recovered);
        }
    }

    void ourStyleLeavesHighContrastAlone()
    {
        const Style style(Theme::System), light(Theme::Light);
        const QPalette strong = strongPalette(Qt::black, Qt::white, Qt::yellow, Qt::black);
        QPalette palette = strong;
        const_cast<Style &>(style).polish(palette);
        QCOMPARE(palette, strong);
        // But who asked for a light window has one.
        const_cast<Style &>(light).polish(palette);
        QCOMPARE(palette.color(QPalette::Window), QColor(tokens::light.surface.page));
    }

    /// Where colours say nothing, a pattern does.
    void barsBelowTheLineAreHatched()
    {
        const auto drawn = [](const Colours &colours, const Bar &bar, int width) {
            QImage image(40, 40, QImage::Format_ARGB32_Premultiplied);
            image.fill(colours.page);
            QPainter painter(&image);
            drawBars(painter, {bar}, {.left = 0, .pitch = 40, .width = width, .line = 19, .rise = 10, .top = 1, .drop = 12, .worst = 1}, colours);
            return image;
        };
        const auto inked = [](const QImage &image, const QColor &ground, bool below) {
            int count = 0;
            for (int y = below ? 20 : 0; y < (below ? 40 : 20); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    count += image.pixelColor(x, y) != ground;
            }
            return count;
        };
        const Colours strong = coloursOf(strongPalette(Qt::black, Qt::white, Qt::yellow, Qt::black));
        const Bar served{.above = {1, 0, 0}}, truncated{.below = {1, 0}}, error{.below = {0, 1}};
        QCOMPARE(inked(drawn(strong, served, 8), strong.page, false), 8 * 10);
        QCOMPARE(inked(drawn(strong, error, 8), strong.page, true), 8 * 12 / 2);
        QCOMPARE(inked(drawn(strong, truncated, 8), strong.page, true), 8 * 12 / 2);
        QVERIFY(drawn(strong, error, 8) != drawn(strong, truncated, 8));
        // In a sparkline, too.
        QVERIFY(inked(drawn(strong, error, 1), strong.page, true) >= 4);
        applyTheme(Theme::Light);
        const Colours usual = coloursOf(QApplication::palette());
        QCOMPARE(inked(drawn(usual, error, 8), usual.page, true), 8 * 12);
    }

    void segmentsAreTabsWhereThePlatformHasThem()
    {
        auto *style = new NamedStyle(u"macos"_s);
        QApplication::setStyle(style);
        Segments segments({u"one"_s, u"two"_s, u"three"_s});
        segments.setCurrent(1);
        shotOf(segments);
        QCOMPARE(style->drawn.size(), 3);
        const auto tab = [style](const QString &text) { return style->drawn.value(text); };
        QCOMPARE(tab(u"one"_s).position, QStyleOptionTab::Beginning);
        QCOMPARE(tab(u"two"_s).position, QStyleOptionTab::Middle);
        QCOMPARE(tab(u"three"_s).position, QStyleOptionTab::End);
        QCOMPARE(tab(u"one"_s).selectedPosition, QStyleOptionTab::NextIsSelected);
        QCOMPARE(tab(u"three"_s).selectedPosition, QStyleOptionTab::PreviousIsSelected);
        QVERIFY(!(tab(u"one"_s).state & QStyle::State_Selected));
        QVERIFY(tab(u"two"_s).state & QStyle::State_Selected);
        QVERIFY(tab(u"two"_s).rect.width() > segments.fontMetrics().horizontalAdvance(u"two"_s));
        // The focus and the choice are the same as ever.
        segments.button(2)->click();
        shotOf(segments);
        QVERIFY(tab(u"three"_s).state & QStyle::State_Selected);
        QCOMPARE(tab(u"one"_s).selectedPosition, QStyleOptionTab::NotAdjacent);
        segments.setChoices({u"alone"_s});
        shotOf(segments);
        QCOMPARE(tab(u"alone"_s).position, QStyleOptionTab::OnlyOneTab);
    }

    void segmentsAreOursElsewhere()
    {
        auto *style = new NamedStyle(u"breeze"_s);
        QApplication::setStyle(style);
        Segments segments({u"one"_s, u"two"_s});
        shotOf(segments);
        QVERIFY(style->drawn.isEmpty());
    }

    void windowsMarksTheChosenPageByABar()
    {
        for (const auto &[name, barred] : {std::pair(u"windows11"_s, true), std::pair(u"breeze"_s, false)}) {
            QApplication::setStyle(new NamedStyle(name));
            QPalette palette = QApplication::style()->standardPalette();
            palette.setColor(QPalette::Highlight, Qt::magenta);
            Sidebar sidebar;
            sidebar.setPalette(palette);
            sidebar.addPage(u"Overview"_s, u":/icons/page-overview.svg"_s, {});
            sidebar.addPage(u"Requests"_s, u":/icons/page-requests.svg"_s, {});
            sidebar.setCurrentPage(1);
            sidebar.resize(220, 500);
            auto *pages = sidebar.findChild<QListWidget *>();
            const QImage image = sidebar.grab().toImage();
            const auto edge = [&](int page) {
                const QRect row = pages->visualItemRect(pages->item(page));
                return image.pixelColor(pages->viewport()->mapTo(&sidebar, QPoint(row.left() + 1, row.center().y())));
            };
            QCOMPARE(edge(1) == QColor(Qt::magenta), barred);
            QVERIFY(edge(0) != QColor(Qt::magenta));
        }
    }

    void whatAppearsIsWholeAfterwards()
    {
        QApplication::setStyle(new MovingStyle(true));
        QWidget window;
        auto *part = new QWidget(&window);
        part->setGeometry(0, 0, 40, 40);
        part->setAutoFillBackground(true);
        part->setPalette(QPalette(Qt::red));
        appearSoftly(*part);
        part->hide();
        window.resize(80, 80);
        window.show();
        QVERIFY(!part->graphicsEffect());
        part->show();
        QVERIFY(part->graphicsEffect());
        QVERIFY(window.grab().toImage().pixelColor(20, 20) != QColor(Qt::red));
        QTRY_VERIFY(!part->graphicsEffect());
        QCOMPARE(window.grab().toImage().pixelColor(20, 20), QColor(Qt::red));
        // It was there before what it lies in went and came.
        window.hide();
        window.show();
        QVERIFY(!part->graphicsEffect());
    }

    void whatGoesOnItsWayLeavesNothing()
    {
        QApplication::setStyle(new MovingStyle(true));
        QWidget window;
        auto *part = new QLineEdit(&window);
        appearSoftly(*part);
        part->hide();
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        part->show();
        QVERIFY(part->graphicsEffect());
        // It can be used as yet unseen.
        part->setFocus();
        QTest::keyClicks(part, u"a"_s);
        QCOMPARE(part->text(), u"a"_s);
        part->hide();
        QVERIFY(!part->graphicsEffect());
        part->show();
        QVERIFY(part->graphicsEffect());
        window.hide();
        QVERIFY(!part->graphicsEffect());
        window.show();
        part->hide();
        part->show();
        delete part;
    }

    void nothingMovesWhereTheDesktopAsksForNone()
    {
        QApplication::setStyle(new MovingStyle(false));
        QWidget window;
        auto *part = new QWidget(&window);
        appearSoftly(*part);
        part->hide();
        window.show();
        part->show();
        QVERIFY(!part->graphicsEffect());
        QWidget popup;
        appearSoftly(popup);
        popup.show();
        QCOMPARE(popup.windowOpacity(), 1.0);
    }

    void aWindowAppearsWhereThePlatformCan()
    {
        QApplication::setStyle(new MovingStyle(true));
        QWidget popup;
        appearSoftly(popup);
        popup.show();
        QCOMPARE(popup.windowOpacity() < 1, QGuiApplication::platformName() == u"xcb"_s);
        QTRY_COMPARE(popup.windowOpacity(), 1.0);
        popup.hide();
        popup.show();
        popup.hide();
        QCOMPARE(popup.windowOpacity(), 1.0);
        QVERIFY(!popup.graphicsEffect());
    }

private:
    static void strongThemes()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("black") << strongPalette(0xff000000, 0xffffffff, 0xff1aebff, 0xff000000);
        QTest::newRow("white") << strongPalette(0xffffffff, 0xff000000, 0xff37006e, 0xffffffff);
        QTest::newRow("Desert") << strongPalette(0xfffffaef, 0xff3d3d3d, 0xff903909, 0xfffff5e3);
        QTest::newRow("Dusk") << strongPalette(0xff2d3236, 0xffffffff, 0xffa1bfde, 0xff212d3b);
    }
    static void themes()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
};

} // namespace

QTEST_MAIN(LookTest)
#include "tst_traylook.moc"
