#pragma once

#include "ui/window/paletteentries.h"

#include <QPointer>
#include <QWidget>

class QFrame;
class QLineEdit;
class QListWidget;

namespace qcc {

/// Finds whatever the window can do and does it: a field over the window, which is dark meanwhile. It goes with Escape, with a click beside it, and
/// before what was chosen is done; the focus is then where it was.
class CommandPalette : public QWidget
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget *window);

    void open(const QList<PaletteEntry> &entries);
    void close();
    bool isOpen() const { return !isHidden(); }
    QLineEdit *field() { return m_field; }
    QListWidget *list() { return m_list; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *buildKeys();
    void find();
    void step(int by);
    void act();
    void place();
    void applyLooks();

    QFrame *m_card;
    QLineEdit *m_field;
    QListWidget *m_list;
    QWidget *m_keys = nullptr;
    QList<PaletteEntry> m_entries;
    QList<PaletteEntry> m_found;
    QPointer<QWidget> m_focusBefore;
};

} // namespace qcc
