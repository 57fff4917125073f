#pragma once

#include "ui/model/proxyview.h"
#include "ui/widgets/theme.h"

#include <QAbstractButton>
#include <QFrame>
#include <QPointer>

class QLineEdit;
class QListWidget;

namespace qcc {

/// The clusters to choose from, below what opened it; closes like a menu. Above ten of them it has a field to search in.
class ClusterChoice : public QFrame
{
    Q_OBJECT

public:
    static constexpr qsizetype mostWithoutSearch = 10;

    ClusterChoice(const QStringList &clusters, const QString &current, QWidget *parent);

    QLineEdit *search() { return m_search; }
    QListWidget *list() { return m_list; }

Q_SIGNALS:
    void chosen(const QString &name);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void choose();
    void filter(const QString &text);

    QLineEdit *m_search = nullptr; ///< None, where a glance is enough.
    QListWidget *m_list;
};

/// The cluster in use: its mark, its name, how many of its endpoints can be used; opens the choice of another one.
class ClusterPicker : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ClusterPicker(QWidget *parent = nullptr);

    void setView(const ProxyView &view);
    /// The choice while it is open.
    ClusterChoice *choice() { return m_choice; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Another one than the one in use.
    void clusterChosen(const QString &name);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void open();
    QString shownName() const;
    QString shownCount() const;

    ProxyView m_view;
    QPointer<ClusterChoice> m_choice;
};

/// What the state of the proxy says as a mark.
Meaning meaningOf(ProxyState state);

} // namespace qcc
