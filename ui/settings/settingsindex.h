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
    /// Without a signal. None where `section` is negative.
    void mark(int section);
    QSize sizeHint() const override;

Q_SIGNALS:
    /// By the user; also once more for the one that is marked.
    void chosen(int section);

protected:
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    bool m_marks = false; ///< What changes now is not the user's choice.
};

} // namespace qcc
