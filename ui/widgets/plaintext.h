#pragma once

#include <QLabel>
#include <QString>

#include <functional>

class QListWidgetItem;
class QTreeWidgetItem;

namespace qcc {

// Qt guesses from a text whether it is HTML, in labels and in tooltips. Ours come from endpoints, certificates and files, too, and are
// shown as they are: here stand all the ways by which a text gets there, and tst_layering sees to it.

/// A label that shows its text as it is. With a buddy, a "&" marks its mnemonic.
class TextLabel : public QLabel
{
public:
    explicit TextLabel(const QString &text = {}, QWidget *parent = nullptr);
};

/// A label that reads its text as HTML, in which the words of others are escaped.
class HtmlLabel : public QLabel
{
public:
    explicit HtmlLabel(QWidget *parent = nullptr);
};

/// `text` as a tooltip that shows it as it is, whatever it holds, with its lines, and wraps the long ones. Empty stays empty.
QString plainToolTip(const QString &text);
void showPlainToolTip(QPoint globalPlace, const QString &text, QWidget *widget, const QRect &area);
void setPlainToolTip(QListWidgetItem *item, const QString &text);
void setPlainToolTip(QTreeWidgetItem *item, int column, const QString &text);
/// No HTML in this one, because a screen reader is told of it as it stands: as markupFree().
void setPlainToolTip(QWidget *widget, const QString &text);

/// Asks, over `parent`'s window, before something is done that cannot be meant by accident. `consequences` holds no words of others. Only a press of
/// the button `yes` does it; Enter and Escape cancel.
void askFirst(QWidget *parent, const QString &question, const QString &consequences, const QString &yes, std::function<void()> act);

/// `text` with nothing in it that could be markup: a "<" becomes "‹", and a "&" that begins the name of a character becomes "＆". For what
/// may be read as markup or not, with nobody to say which: escapes would then be seen. Of one notification the desktop reads the body as
/// markup and the title not, while Qt's own balloon reads neither so; of an icon's tooltip every desktop thinks differently.
/// Source: Desktop Notifications Specification; StatusNotifierItem, "ToolTip".
QString markupFree(QString text);

} // namespace qcc
