#pragma once

#include <QListWidget>

namespace qcc {

/// The sections of the settings, with the one that is being read. One stop of Tab; the arrows go from section to section.
class SettingsIndex : public QListWidget
{
    Q_OBJECT

public:
    explicit SettingsIndex(const QStringList &sections, QWidget *parent = nullptr);

    void setShown(int section, bool shown);
    /// The one that is read. No signal follows, and no screen reader is told as long as the focus is elsewhere.
    void mark(int section);
    int marked() const { return m_marked; }
    QSize sizeHint() const override;

Q_SIGNALS:
    /// By the user; also once more for the one that is marked.
    void chosen(int section);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void focusInEvent(QFocusEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void choose(int section);

    int m_marked = -1;
    bool m_marks = false; ///< What changes now is not the user's choice.
};

} // namespace qcc
