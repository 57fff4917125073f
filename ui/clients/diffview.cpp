#include "ui/clients/diffview.h"

#include "ui/widgets/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QTextCursor>
#include <QTextDocument>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace qcc {

using namespace Qt::StringLiterals;

namespace {

/// More is scrolled: a file in one line is as long as it likes.
constexpr int mostLines = 18;
constexpr double lineHeight = 1.4; ///< Of what the font asks for.
constexpr int signWidth = 16;

QFont fixedPitch(const QFont &of)
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QFont small = metrics::caption(of);
    fixed.setPointSizeF(small.pointSizeF() > 0 ? small.pointSizeF() : fixed.pointSizeF());
    return fixed;
}

int lineHeightOf(const QFont &font)
{
    return static_cast<int>(std::lround(QFontMetricsF(font).height() * lineHeight));
}

/// "@@ line 3", as changedLines() writes it.
std::optional<int> placeIn(const QString &line)
{
    constexpr auto begins = "@@ line "_L1;
    return line.startsWith(begins) ? std::optional(line.sliced(begins.size()).toInt()) : std::nullopt;
}

} // namespace

DiffView::DiffView(QWidget *parent)
    : QTextEdit(parent)
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFrameShape(NoFrame);
    setTabChangesFocus(true);
    setTabStopDistance(signWidth);
    setUndoRedoEnabled(false);
    setWordWrapMode(QTextOption::WrapAnywhere);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    viewport()->setAutoFillBackground(false);
    document()->setDocumentMargin(0);
    setAccessibleName(tr("What changes in its settings"));
    write();
}

void DiffView::setChange(const ShownChange &change)
{
    m_change = change;
    write();
}

void DiffView::write()
{
    document()->setDefaultFont(fixedPitch(font()));
    const Colours colours = coloursOf(palette());
    clear();
    QTextCursor cursor(document());
    QTextBlockFormat block;
    block.setLineHeight(lineHeightOf(document()->defaultFont()), QTextBlockFormat::FixedHeight);
    // What is too long goes on below its words.
    block.setLeftMargin(signWidth);
    block.setTextIndent(-signWidth);
    cursor.setBlockFormat(block);
    bool isFirst = true;
    const auto line = [&](const QString &sign, const QColor &signInk, const QString &text, const QColor &ink) {
        if (!std::exchange(isFirst, false))
            cursor.insertBlock(block);
        QTextCharFormat format;
        format.setForeground(signInk);
        cursor.insertText(sign, format);
        format.setForeground(ink);
        cursor.insertText(text, format);
    };
    for (const ShownChange::File &file : std::as_const(m_change.files)) {
        const QString path = ClientWords::pathOf(file.path);
        // The row names the one that is changed.
        if (file.isNew || file.goes || m_change.files.size() > 1)
            line({}, colours.text2, file.isNew ? tr("%1, which is new").arg(path) : file.goes ? tr("%1, which goes").arg(path) : path, colours.text2);
        for (const QString &each : file.lines) {
            if (const std::optional<int> place = placeIn(each)) {
                if (*place > 1)
                    line(u"\t"_s, colours.text3, tr("Line %1").arg(*place), colours.text3);
            } else if (each.startsWith(u'-')) {
                line(u"\u2212\t"_s, colours.of(Meaning::Failure).text, each.sliced(1), colours.text2);
            } else {
                line(u"+\t"_s, colours.of(Meaning::Success).text, each.sliced(1), colours.text);
            }
        }
    }
    if (m_change.files.isEmpty())
        line({}, colours.text2, tr("Nothing changes in its settings."), colours.text2);
    moveCursor(QTextCursor::Start);
    m_width = -1;
    updateGeometry();
}

int DiffView::heightForWidth(int width) const
{
    if (width != std::exchange(m_width, width)) {
        // Its own document is as wide as it is now.
        const std::unique_ptr<QTextDocument> measured(document()->clone());
        measured->setTextWidth(width);
        const int line = lineHeightOf(document()->defaultFont());
        m_height = std::clamp(static_cast<int>(std::ceil(measured->size().height())), line, mostLines * line);
    }
    return m_height;
}

QSize DiffView::sizeHint() const
{
    return {QTextEdit::sizeHint().width(), heightForWidth(width())};
}

QSize DiffView::minimumSizeHint() const
{
    return {0, lineHeightOf(document()->defaultFont())};
}

void DiffView::changeEvent(QEvent *event)
{
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        write();
}

} // namespace qcc
